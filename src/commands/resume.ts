import type { Problem } from '../problem.ts'
import { resumeText } from '../runs/attested.ts'
import type { RunEvent } from '../runs/events.ts'
import { openStep } from '../runs/marks.ts'
import type { RunState } from '../runs/state.ts'
import type { Answer, Order } from './desk.ts'
import { heldElsewhere } from './held-elsewhere.ts'
import { mayNotSpeak } from './may-speak.ts'
import type { DeskParts } from './parts.ts'
import { notUnknown } from './standing.ts'
import { takeWord } from './word.ts'

/** Takes a resume in: the run is looked at again where it stands, and goes on if what is found allows that. */
export async function takeResume(parts: DeskParts, order: Order): Promise<Answer> {
  return await takeWord(parts, {
    run: order.run,
    against: ({ state }) => against(parts, order, state),
    events: () => resumeEvents(parts, order),
    wantsLeg: () => true,
    answer: resumedText,
  })
}

async function against(parts: DeskParts, order: Order, state: RunState): Promise<readonly Problem[]> {
  const problems = [...mayNotSpeak(parts, order.speaker, state), ...notUnknown(state)]
  return problems.length > 0 ? problems : await heldElsewhere(parts, state)
}

async function resumeEvents(parts: DeskParts, { run, reason, speaker, attest }: Order): Promise<RunEvent[]> {
  const at = parts.now()
  const attestation = await attest(resumeText(run, reason, speaker, at), at)
  return [{ type: 'resumed', speaker, reason, attestation }]
}

function resumedText({ number, plan, steps }: RunState): string {
  const id = openStep(plan, steps)
  const step = plan?.steps.find(one => one.id === id)
  const what = step ? `what became of "${step.name}"` : 'how it stands'
  return `#${number} is looked at again: ${what}. If that is clear it goes on. Its card says what is found.`
}
