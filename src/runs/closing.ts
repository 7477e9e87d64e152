import type { Problem } from '../problem.ts'
import { hasChanged } from './changes.ts'
import type { RunEvent } from './events.ts'
import { holdsCluster } from './holds-cluster.ts'
import { nextSteps } from './next-steps.ts'
import type { Outcome } from './outcome.ts'
import type { RunState } from './state.ts'
import { summaryOf } from './summary.ts'

/** How a gate can end other than by enough approvals; each ends the run with nothing done behind it. */
export type GateEnd = 'denied' | 'expired' | 'cancelled'

/** Closes the open gate and the run with it. No worker is needed: nothing was begun behind the gate. */
export function closeGate(state: RunState, result: GateEnd, reason: string): RunEvent[] {
  const gate = state.gates.at(-1)
  if (!gate || gate.result !== undefined) return []
  return [{ type: 'gate-closed', gate: gate.gate, result, reason }, finish(state, result, reason)]
}

/** A leg that must not act: words that are not whose they claim to be. Behind a change that leaves the outcome open, for a person to decide. */
export function closeDoubted(state: RunState, problems: readonly Problem[]): RunEvent[] {
  if (!hasChanged(state)) return [{ type: 'refused', problems: [...problems] }]
  return [finish(state, 'unknown', problems.map(problem => problem.message).join(' '))]
}

/** A run that nobody gets on with any more: it must not hang for ever without a word. */
export function closeHopeless(state: RunState, reason: string): RunEvent[] {
  return [finish(state, hasChanged(state) ? 'unknown' : 'errored', reason)]
}

/** Ends a run that has no plan yet. */
export function stopBeforePlan(reason: string): RunEvent[] {
  const summary = `${reason} before there was a plan`
  return [{ type: 'finished', outcome: 'cancelled', summary, leftBehind: [], next: [] }]
}

/**
 * A run that is over and still holds its cluster, although nothing needs it held: its outcome is known, or a person has looked
 * (a stop after an unknown outcome). A worker gives the cluster free.
 */
export function owesRelease(state: RunState): boolean {
  if (state.phase !== 'finished' || !holdsCluster(state)) return false
  return state.finished?.outcome !== 'unknown' || state.stop?.afterEnd === true
}

/** The cluster of a run is free again. The run's outcome stays what it is. */
export function releaseHeld(state: RunState): RunEvent[] {
  if (!holdsCluster(state)) return []
  return [{ type: 'lease-released', cluster: state.lease.cluster, epoch: state.lease.epoch }]
}

function finish(state: RunState, outcome: Outcome, reason: string): RunEvent {
  const { plan, number } = state
  if (!plan) return { type: 'finished', outcome, summary: reason, leftBehind: [], next: [] }
  const changed = hasChanged(state)
  return {
    type: 'finished',
    outcome,
    summary: summaryOf({ plan, outcome, reason, changed, step: undefined, status: undefined }),
    leftBehind: [],
    next: nextSteps({ plan, outcome, leftBehind: [], changed, number }),
  }
}
