import type { Cluster } from '../clusters/inventory.ts'
import type { ClusterStatus } from '../clusters/status.ts'
import { bad, good, type Problem, type Result } from '../problem.ts'
import type { ValueOf } from './expression-results.ts'
import type { Scope } from './expression-scope.ts'
import type { ClusterFunctions, ExpressionValues } from './expression-values.ts'
import { compileExpression } from './expressions.ts'
import type { PlannedScope, PlannedStep } from './plan.ts'
import type { InputValue, LoadedRunbook, Runbook, Step } from './schema.ts'

/** What a gate demands once policy and runbook are combined; policy lives above this room, so it comes as a function. */
export interface GateDemand {
  readonly count: number
  readonly from: readonly string[]
  readonly withinMs: number
  readonly confirm: boolean
}

export interface PlanRequest {
  readonly run: string
  readonly requester: string
  readonly loaded: LoadedRunbook
  readonly cluster: Cluster
  readonly status: ClusterStatus
  readonly inputs: Readonly<Record<string, InputValue>>
  readonly because: Readonly<Record<string, string>>
  readonly overrides: readonly { readonly step: string; readonly reason: string }[]
  readonly gate: (step: {
    count?: number
    from?: readonly string[]
    within?: number
    confirm?: 'node-name'
  }) => GateDemand
  readonly hostKeys: Readonly<Record<string, readonly string[]>>
  /** Command pattern of another runbook of the stack, for undo commands. */
  readonly commandOf: (runbook: string) => string | undefined
  /** Another runbook of the stack, for `use`. */
  readonly runbookOf: (runbook: string) => LoadedRunbook | undefined
  /** The texts that `copy` puts on nodes, by `source`; a problem where one cannot be put anywhere. */
  readonly files?: Readonly<Record<string, Result<string>>>
}

/** Everything that planning one step may look at. */
export interface Planning {
  readonly request: PlanRequest
  readonly functions: ClusterFunctions
  /** The runbook whose steps are planned, and its inputs: what was asked for, or what that uses. */
  readonly runbook: Runbook
  readonly inputs: Readonly<Record<string, InputValue>>
  readonly scope: Pick<Scope, 'inputs' | 'steps' | 'inRolling'>
  /** Where the steps stand, if they are not the plan's own first level. */
  readonly place?: PlannedScope
}

/** Plans the steps of a list: what consists of others becomes these, so that a plan shows, and its digest covers, each command by itself. */
export type PlanSteps = (steps: readonly Step[], planning: Planning) => Result<readonly PlannedStep[]>

/** Values an expression sees while the plan is made. */
export function planValues({ request, inputs, functions, place }: Planning): ExpressionValues {
  return { inputs, status: request.status, functions, ...(place?.host !== undefined && { host: place.host }) }
}

/** Evaluates an expression whose value the plan must know; the problem names the step. */
export function planValue<K extends keyof ValueOf>(
  source: string,
  expected: K,
  planning: Planning,
  step: string,
): Result<ValueOf[K]> {
  const compiled = compileExpression(source, { ...planning.scope, moment: 'plan' }, expected)
  if (!compiled.ok) return compiled
  const value = compiled.value.evaluate(planValues(planning))
  return value.ok ? good(value.value) : bad(cannotPlan(step, value.reason))
}

export function cannotPlan(step: string, reason: string): Problem {
  return {
    code: 'cannot-plan',
    message: `Step "${step}" cannot be planned: ${reason}.`,
    stillTrue: 'Nothing was changed.',
  }
}
