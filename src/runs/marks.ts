import type { Plan } from '../runbooks/plan.ts'
import type { StepState } from './state.ts'

/** How many people must say that a step of unknown outcome is done: two where a destructive change is concerned. */
export function marksNeeded(plan: Plan | undefined, step: string): number {
  const planned = plan?.steps.find(one => one.id === step)
  return planned?.kind === 'run' && planned.change === 'destructive' ? 2 : 1
}

/** Endings of a step that do not say what is true of the cluster: a later look may. */
const OPEN: ReadonlySet<string> = new Set(['unknown', 'errored', 'timed-out', 'cancelled'])

/** A step that a run of unknown outcome may be carried on from. */
export function isOpenEnded(step: StepState): boolean {
  return step.outcome === undefined || OPEN.has(step.outcome)
}

/** The step that a run of unknown outcome stands at: what `mark-done` speaks of. */
export function openStep(plan: Plan | undefined, steps: Readonly<Record<string, StepState>>): string | undefined {
  return plan?.steps.find(step => {
    const state = steps[step.id]
    return state !== undefined && isOpenEnded(state)
  })?.id
}
