import type { Inventory } from '../clusters/inventory.ts'
import { inputCelTypes } from '../runbooks/expression-types.ts'
import { clusterFunctions } from '../runbooks/expression-values.ts'
import { compileExpression } from '../runbooks/expressions.ts'
import { parseRunbook } from '../runbooks/parse.ts'
import type { Conditions, ConditionsOf, Judgement, Surroundings } from './conditions.ts'

/** Conditions by CEL, with the names that the plan's own text of its runbook declares: not what the file says today. */
export function planConditions(inventory: Inventory): ConditionsOf {
  return plan => {
    const cluster = inventory[plan.cluster]
    const loaded = parseRunbook(`${plan.stack}/${plan.runbook.name}.yaml`, plan.runbook.text)
    if (!cluster || !loaded.ok)
      return { judge: () => ({ ok: false, reason: 'the runbook of this plan is not understood here' }) }
    const { inputs, steps } = loaded.value.runbook
    const scope = { inputs: inputCelTypes(inputs), steps: steps.map(step => step.id) }
    const judge = (expression: string, around: Surroundings): Judgement => {
      const moment = around.result ? ('expect' as const) : ('step' as const)
      const compiled = compileExpression(expression, { ...scope, moment }, 'bool')
      if (!compiled.ok) return { ok: false, reason: compiled.problems.map(problem => problem.message).join(' ') }
      const { status, ...known } = around
      const value = compiled.value.evaluate({ ...known, status, functions: clusterFunctions(status, cluster) })
      return value.ok ? { ok: true, holds: value.value } : value
    }
    return { judge } satisfies Conditions
  }
}
