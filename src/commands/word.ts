import type { Problem } from '../problem.ts'
import type { RunEvent } from '../runs/events.ts'
import { wantedLeg } from '../runs/legs.ts'
import type { RunRecord, RunState } from '../runs/state.ts'
import type { Answer } from './desk.ts'
import type { DeskParts } from './parts.ts'

/** Something a person says of a run that is there. */
export interface Word {
  readonly run: string
  /** What stands against it, as the run is now; empty when it counts. */
  readonly against: (record: RunRecord) => Promise<readonly Problem[]>
  readonly events: (record: RunRecord) => Promise<readonly RunEvent[]>
  /** Whether a worker has something to do now. */
  readonly wantsLeg: (after: RunState) => boolean
  /** Told to whoever said it. */
  readonly answer: (before: RunState, after: RunState) => string
}

const MOST_RACES = 10

/** Takes a word in. Who speaks in the same instant as somebody else is judged again by what the first one made true. */
export async function takeWord(parts: DeskParts, word: Word): Promise<Answer> {
  for (let race = 0; race < MOST_RACES; race++) {
    const record = await parts.journal.load(word.run)
    if (!record) return refused({ code: 'unknown-run', message: 'There is no such run.', next: 'See /ha runs.' })
    const problems = await word.against(record)
    if (problems.length > 0) return { kind: 'refused', problems }

    const appended = await parts.journal.append(record, await word.events(record), parts.by)
    if (appended.kind === 'unavailable') return refused(appended.problem)
    if (appended.kind === 'conflict') continue
    const after = appended.record.state
    if (word.wantsLeg(after)) await parts.nudge(word.run, wantedLeg(after))
    return { kind: 'decided', run: word.run, text: word.answer(record.state, after) }
  }
  return refused({ code: 'busy', message: 'The run kept changing. Your word was not counted.', next: 'Try again.' })
}

function refused(problem: Problem): Answer {
  return { kind: 'refused', problems: [problem] }
}
