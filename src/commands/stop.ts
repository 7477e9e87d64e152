import type { Problem } from '../problem.ts'
import { stopText } from '../runs/attested.ts'
import { openChange } from '../runs/changes.ts'
import { closeGate, owesRelease } from '../runs/closing.ts'
import type { RunEvent } from '../runs/events.ts'
import { holdsCluster } from '../runs/holds-cluster.ts'
import type { RunRecord, RunState } from '../runs/state.ts'
import { isTakeOverWanted } from '../runs/take-over.ts'
import type { Answer, Order } from './desk.ts'
import { mayNotSpeak } from './may-speak.ts'
import type { DeskParts } from './parts.ts'
import { beingTaken, isOver } from './standing.ts'
import { takeWord } from './word.ts'

/**
 * Takes a stop in. A waiting run ends at once; one under way is told to its worker; one that ended as unknown gives its cluster free,
 * because a person has looked.
 */
export async function takeStop(parts: DeskParts, order: Order): Promise<Answer> {
  return await takeWord(parts, {
    run: order.run,
    against: async ({ state }) => [...forbidden(parts, order, state), ...pointless(state)],
    events: record => stopEvents(parts, order, record),
    wantsLeg: owesRelease,
    answer: stoppedText,
  })
}

async function stopEvents(parts: DeskParts, order: Order, { state }: RunRecord): Promise<RunEvent[]> {
  const at = parts.now()
  const attestation = await order.attest(stopText(order.run, order.reason, order.speaker, at), at)
  const stop: RunEvent = { type: 'stop-requested', speaker: order.speaker, reason: order.reason, attestation }
  const closing = state.phase === 'waiting' ? closeGate(state, 'cancelled', `stopped by ${order.speaker.name}`) : []
  return [stop, ...closing]
}

/** Whoever asked may stop it, and whoever may run such a thing on that cluster. */
function forbidden(parts: DeskParts, order: Order, state: RunState): readonly Problem[] {
  const isRequester = order.speaker.person !== '' && order.speaker.person === state.speaker.person
  return isRequester ? [] : mayNotSpeak(parts, order.speaker, state)
}

function pointless(state: RunState): Problem[] {
  if (isTakeOverWanted(state)) return [beingTaken(state)]
  if (state.phase !== 'finished') return state.stop ? [already(state)] : []
  if (holdsCluster(state)) return state.stop?.afterEnd ? [already(state)] : []
  return [isOver(state)]
}

function already(state: RunState): Problem {
  return {
    code: 'already-stopping',
    message: `#${state.number} was already told to stop by ${state.stop?.speaker.name}.`,
    next: 'Its card says what it does.',
  }
}

function stoppedText(before: RunState): string {
  const { number, phase, lease } = before
  if (phase === 'waiting') return `#${number} is stopped. Nothing ran.`
  if (phase === 'finished') return `#${number} stays unknown; ${lease?.cluster} is given free.`
  const open = openChange(before)
  const now = open
    ? `"${open.step.name}" is ended on ${open.host}, and no further step begins`
    : 'no further step begins'
  return `#${number} was told to stop: ${now}. Its card says when it has stopped.`
}
