import { mayRun } from '../policy/access.ts'
import { personByName } from '../policy/people.ts'
import { countedVoices, riskOfWords } from '../policy/voices.ts'
import type { Problem } from '../problem.ts'
import type { Speaker } from '../runs/events.ts'
import type { RunState } from '../runs/state.ts'
import type { DeskParts } from './parts.ts'

/** Who may say what shall become of a run: whoever may run such a thing on its cluster. Problems are for the speaker. */
export function mayNotSpeak(parts: DeskParts, speaker: Speaker, state: RunState): readonly Problem[] {
  const cluster = clusterOf(state)
  const policy = parts.policies[cluster]
  const person = personByName(parts.directory, speaker.person)
  if (!policy || !person)
    return [
      {
        code: 'unknown-person',
        message: 'Only people of the configuration may say what becomes of a run.',
        stillTrue: 'It stays as it is.',
      },
    ]
  const risk = riskOfWords(state.plan?.runbook.risk)
  const allowed = mayRun({ cluster, policy, directory: parts.directory, person, risk })
  return allowed.ok ? [] : allowed.problems.map(one => ({ ...one, stillTrue: 'The run stays as it is.' }))
}

/** Of these people, those whose word about this run counts by the configuration of today. */
export function counted(parts: DeskParts, state: RunState, people: readonly string[]): readonly string[] {
  const cluster = clusterOf(state)
  const risk = riskOfWords(state.plan?.runbook.risk)
  return countedVoices({ cluster, policy: parts.policies[cluster], directory: parts.directory, risk, people })
}

/** The cluster a run is about, as it was asked for and approved; "" when that is not known. */
export function clusterOf(state: RunState): string {
  return state.plan?.cluster ?? state.request.cluster ?? ''
}
