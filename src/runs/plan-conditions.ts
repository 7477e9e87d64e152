import type { Inventory } from '../clusters/inventory.ts'
import { conjuncts } from '../runbooks/conjuncts.ts'
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
      if (!value.ok) return value
      return value.value
        ? { ok: true, holds: true }
        : { ok: true, holds: false, because: unmetPart(expression, around, judge) }
    }
    return { judge } satisfies Conditions
  }
}

/** Of several conditions the ones that do not hold, with the inputs' values in place of their names. */
function unmetPart(expression: string, around: Surroundings, judge: Conditions['judge']): string {
  const parts = conjuncts(expression)
  const unmet = parts.length === 1 ? parts : parts.filter(part => !isMet(judge(part, around)))
  const filledIn = (text: string, name: string) => String(around.inputs[name] ?? text)
  return unmet.map(part => part.replace(/\binputs\.([a-z][a-z0-9_]*)/g, filledIn)).join(' and ')
}

function isMet(judgement: Judgement): boolean {
  return judgement.ok && judgement.holds
}
