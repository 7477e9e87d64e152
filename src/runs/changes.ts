import type { PlannedStep, PlannedStepOf } from '../runbooks/plan.ts'
import type { ExecutionState, RunState } from './state.ts'

export type ChangeStep = PlannedStepOf<'run'> & { readonly change: 'disruptive' | 'destructive' }

export function isChange(step: PlannedStep): step is ChangeStep {
  return step.kind === 'run' && step.change !== undefined
}

/**
 * Whether a change may have taken effect. `errored` and `cancelled` are otherwise only given to one that never began (verdict.ts);
 * no outcome at all means that it was sent, or was about to be.
 */
export function mayHaveChanged({ outcome, begun }: Pick<ExecutionState, 'outcome' | 'begun'>): boolean {
  return begun === true || (outcome !== 'errored' && outcome !== 'cancelled')
}

/** Whether anything on the cluster may be different because of this run, as far as its journal says. */
export function hasChanged(state: RunState): boolean {
  const steps = state.plan?.steps ?? []
  return steps.some(step => isChange(step) && executionsOf(state, step.id).some(mayHaveChanged))
}

/** A change that was sent, or was about to be, and whose result is not in the journal. */
export function openChange(state: RunState): { readonly step: PlannedStep; readonly host: string } | undefined {
  for (const step of state.plan?.steps ?? []) {
    const open = isChange(step) && executionsOf(state, step.id).find(one => one.outcome === undefined)
    if (open) return { step, host: open.host }
  }
  return undefined
}

/** The change step that was begun, on some of its hosts at least, and whose end is not in the journal. */
export function begunChange(state: RunState): ChangeStep | undefined {
  const changes = (state.plan?.steps ?? []).filter(isChange)
  return changes.find(({ id }) => executionsOf(state, id).length > 0 && state.steps[id]?.outcome === undefined)
}

/** No host of this change is left that it was not intended for. */
export function isSentToAll(step: ChangeStep, state: RunState): boolean {
  const hosts = new Set(executionsOf(state, step.id).map(execution => execution.host))
  return step.hosts.every(host => hosts.has(host))
}

export function executionsOf(state: RunState, step: string): readonly ExecutionState[] {
  return state.steps[step]?.executions ?? []
}

/** Changes of which it is not known what became of them, with the hosts they were meant for. */
export function unresolved(state: RunState): { readonly step: ChangeStep; readonly host: string }[] {
  return (state.plan?.steps ?? []).filter(isChange).flatMap(step => {
    const latest = new Map(executionsOf(state, step.id).map(execution => [execution.host, execution.outcome]))
    return [...latest]
      .filter(([, outcome]) => outcome === undefined || outcome === 'unknown')
      .map(([host]) => ({ step, host }))
  })
}
