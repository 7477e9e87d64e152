import type { Cluster } from '../clusters/inventory.ts'
import type { ClusterStatus } from '../clusters/status.ts'
import { bad, good, type Problem, type Result } from '../problem.ts'
import type { ValueOf } from './expression-results.ts'
import type { inputCelTypes } from './expression-types.ts'
import type { ClusterFunctions, ExpressionValues } from './expression-values.ts'
import { compileExpression } from './expressions.ts'
import type { InputValue, LoadedRunbook } from './schema.ts'

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
}

/** Everything that planning one step may look at. */
export interface Planning {
  readonly request: PlanRequest
  readonly functions: ClusterFunctions
  readonly scope: { readonly inputs: ReturnType<typeof inputCelTypes>; readonly steps: readonly string[] }
}

/** Values an expression sees while the plan is made. */
export function planValues({ request, functions }: Planning): ExpressionValues {
  return { inputs: request.inputs, status: request.status, functions }
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
