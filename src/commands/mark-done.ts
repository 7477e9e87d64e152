import type { Problem } from '../problem.ts'
import { markText } from '../runs/attested.ts'
import type { RunEvent } from '../runs/events.ts'
import { marksNeeded, openStep } from '../runs/marks.ts'
import type { Mark, RunState } from '../runs/state.ts'
import { clockText } from '../transcripts/times.ts'
import type { Answer, MarkOrder } from './desk.ts'
import { heldElsewhere } from './held-elsewhere.ts'
import { counted, mayNotSpeak } from './may-speak.ts'
import { needsReason } from './needs-reason.ts'
import type { DeskParts } from './parts.ts'
import { notUnknown } from './standing.ts'
import { takeWord } from './word.ts'

/**
 * Takes in that somebody has seen that the step a run of unknown outcome stands at is done. It counts at once, or as soon as a second
 * person says the same where the step is destructive.
 */
export async function takeMark(parts: DeskParts, order: MarkOrder): Promise<Answer> {
  return await takeWord(parts, {
    run: order.run,
    against: ({ state }) => against(parts, order, state),
    events: ({ state }) => markEvents(parts, order, state),
    wantsLeg: after => after.phase !== 'finished',
    answer: markedText,
  })
}

async function against(parts: DeskParts, order: MarkOrder, state: RunState): Promise<readonly Problem[]> {
  const needed = needsReason('mark-done', order.reason)
  const problems = [...mayNotSpeak(parts, order.speaker, state), ...notUnknown(state), ...needed]
  const aboutStep = problems.length > 0 ? problems : againstStep(parts, order, state)
  return aboutStep.length > 0 ? aboutStep : await heldElsewhere(parts, state)
}

function againstStep(parts: DeskParts, order: MarkOrder, state: RunState): Problem[] {
  const step = openStep(state.plan, state.steps)
  if (step === undefined) return [nothingOpen(state)]
  if (order.step !== undefined && order.step !== step) return [standsElsewhere(state, step)]
  const marks = state.marks.filter(mark => mark.step === step)
  const mine = marks.find(mark => mark.speaker.person === order.speaker.person)
  if (mine) return [saidBefore(state, mine)]
  return uncounted(parts, state, step, [...marks.map(mark => mark.speaker), order.speaker])
}

/** Somebody who has left the team meanwhile must not be what makes it enough. */
function uncounted(parts: DeskParts, state: RunState, step: string, said: readonly Mark['speaker'][]): Problem[] {
  const people = said.map(speaker => speaker.person)
  const isEnough = new Set(people).size >= marksNeeded(state.plan, step)
  const those = counted(parts, state, people)
  if (!isEnough || those.length >= marksNeeded(state.plan, step)) return []
  const left = said.filter(speaker => !those.includes(speaker.person)).map(speaker => speaker.name)
  return [
    {
      code: 'not-counted',
      message: `What ${left.join(' and ')} said of "${nameOf(state, step)}" no longer counts: they may not run this any more.`,
      stillTrue: 'The step is not marked as done.',
      next: `Have it looked at again: /ha resume ${state.number}. Or give the cluster free: /ha stop ${state.number}.`,
    },
  ]
}

async function markEvents(parts: DeskParts, order: MarkOrder, state: RunState): Promise<RunEvent[]> {
  const { run, reason, speaker, attest } = order
  const step = openStep(state.plan, state.steps) ?? ''
  const at = parts.now()
  const attestation = await attest(markText(run, step, reason, speaker, at), at)
  return [{ type: 'marked-done', step, speaker, reason, attestation }]
}

function markedText(before: RunState, after: RunState): string {
  const { number } = before
  const name = nameOf(before, openStep(before.plan, before.steps) ?? '')
  if (after.phase !== 'finished') return `"${name}" of #${number} counts as done. The run goes on; its card says how.`
  return `You said that "${name}" of #${number} is done. One more person must say the same: /ha mark-done ${number} "what they saw".`
}

function nameOf({ plan }: RunState, id: string): string {
  return plan?.steps.find(step => step.id === id)?.name ?? id
}

function nothingOpen({ number }: RunState): Problem {
  return {
    code: 'no-open-step',
    message: `#${number} stands at no step that could be done or not.`,
    stillTrue: 'Nothing was marked.',
    next: `Have it looked at again: /ha resume ${number}. Or give the cluster free: /ha stop ${number}.`,
  }
}

function standsElsewhere(state: RunState, step: string): Problem {
  return {
    code: 'other-step',
    message: `#${state.number} stands at another step by now: "${nameOf(state, step)}".`,
    stillTrue: 'Nothing was marked.',
    next: 'Its card says how it stands.',
  }
}

function saidBefore({ number }: RunState, mine: Mark): Problem {
  return {
    code: 'said-before',
    message: `You already said at ${clockText(mine.at)} UTC that it is done; each person counts once.`,
    stillTrue: 'Your word stands.',
    next: `Somebody else must say the same: /ha mark-done ${number} "what they saw".`,
  }
}
