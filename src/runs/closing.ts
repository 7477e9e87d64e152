import type { PlannedStep } from '../runbooks/plan.ts'
import type { RunEvent, Speaker } from './events.ts'
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
  return [{ type: 'gate-closed', gate: gate.gate, result, reason }, finish(state, result, reason, false)]
}

/** A change that was sent, or was about to be, and whose result is not in the journal. */
export function openChange(state: RunState): { readonly step: PlannedStep; readonly host: string } | undefined {
  for (const step of state.plan?.steps ?? []) {
    if (step.kind !== 'run' || !step.change) continue
    const open = state.steps[step.id]?.executions.find(execution => execution.outcome === undefined)
    if (open) return { step, host: open.host }
  }
  return undefined
}

/**
 * What a new leg finds when the one before it died: if a change had been sent and its result was never journalled, only the host knows, and
 * the run ends as unknown. Otherwise nothing stands in the way and undefined is returned: the leg carries on.
 */
export function closeAbandoned(state: RunState): RunEvent[] | undefined {
  const open = openChange(state)
  if (!open) return undefined
  const reason = `the worker ${state.worker} ended while this was under way on ${open.host}`
  return [
    { type: 'step-finished', step: open.step.id, again: false, outcome: 'unknown', reason, durationMs: 0 },
    finish(state, 'unknown', `"${open.step.name}": ${reason}`, true),
  ]
}

/** A person who has looked ends a run whose outcome is unknown: its cluster is free again. The outcome stays what it is. */
export function releaseHeld(state: RunState): RunEvent[] {
  if (!state.lease || state.lease.released) return []
  return [{ type: 'lease-released', cluster: state.lease.cluster, epoch: state.lease.epoch }]
}

/** Ends a run that has no plan yet. */
export function stopBeforePlan(by: Speaker): RunEvent[] {
  const summary = `stopped by ${by.name} before there was a plan`
  return [{ type: 'finished', outcome: 'cancelled', summary, leftBehind: [], next: [] }]
}

function finish(state: RunState, outcome: Outcome, reason: string, changed: boolean): RunEvent {
  const { plan, number } = state
  if (!plan) return { type: 'finished', outcome, summary: reason, leftBehind: [], next: [] }
  const summary = summaryOf({ plan, outcome, reason, step: undefined, status: undefined })
  return {
    type: 'finished',
    outcome,
    summary,
    leftBehind: [],
    next: nextSteps({ plan, outcome, leftBehind: [], changed, number }),
  }
}
