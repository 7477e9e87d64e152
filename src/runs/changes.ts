import type { PlannedStep, PlannedStepOf } from '../runbooks/plan.ts'
import type { StepOutcome } from './events.ts'
import type { ExecutionState, RunState } from './state.ts'

export type ChangeStep = PlannedStepOf<'run'> & { readonly change: 'disruptive' | 'destructive' }

export function isChange(step: PlannedStep): step is ChangeStep {
  return step.kind === 'run' && step.change !== undefined
}

/**
 * Whether a change that ended so may have taken effect. `errored` and `cancelled` are only given to one that was never sent (verdict.ts);
 * no outcome at all means that it was sent, or was about to be.
 */
export function mayHaveChanged(outcome: StepOutcome | undefined): boolean {
  return outcome !== 'errored' && outcome !== 'cancelled'
}

/** Whether anything on the cluster may be different because of this run, as far as its journal says. */
export function hasChanged(state: RunState): boolean {
  const steps = state.plan?.steps ?? []
  return steps.some(step => isChange(step) && executionsOf(state, step.id).some(one => mayHaveChanged(one.outcome)))
}

/** A change that was sent, or was about to be, and whose result is not in the journal. */
export function openChange(state: RunState): { readonly step: PlannedStep; readonly host: string } | undefined {
  for (const step of state.plan?.steps ?? []) {
    const open = isChange(step) && executionsOf(state, step.id).find(one => one.outcome === undefined)
    if (open) return { step, host: open.host }
  }
  return undefined
}

export function executionsOf(state: RunState, step: string): readonly ExecutionState[] {
  return state.steps[step]?.executions ?? []
}
