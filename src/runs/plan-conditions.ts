import type { Cluster, Inventory } from '../clusters/inventory.ts'
import { allSteps } from '../runbooks/all-steps.ts'
import { conjuncts } from '../runbooks/conjuncts.ts'
import type { Names } from '../runbooks/expression-environment.ts'
import type { Evaluation } from '../runbooks/expression-results.ts'
import type { Scope } from '../runbooks/expression-scope.ts'
import { inputCelTypes } from '../runbooks/expression-types.ts'
import { clusterFunctions } from '../runbooks/expression-values.ts'
import { compileExpression } from '../runbooks/expressions.ts'
import { parseRunbook } from '../runbooks/parse.ts'
import type { Plan } from '../runbooks/plan.ts'
import type { Conditions, ConditionsOf, Judgement, Surroundings } from './conditions.ts'

/** Conditions by CEL, with the names that the plan's own texts of its runbooks declare: not what the files say today. */
export function planConditions(inventory: Inventory): ConditionsOf {
  return plan => {
    const cluster = inventory[plan.cluster]
    const own = namesIn(plan, plan.runbook)
    const used = Object.fromEntries((plan.uses ?? []).map(one => [one.name, namesIn(plan, one)]))
    const judge = (expression: string, around: Surroundings): Judgement => {
      const names = around.runbook === undefined ? own : used[around.runbook]
      if (!cluster || !names) return { ok: false, reason: 'the runbook of this plan is not understood here' }
      const value = evaluated(expression, names, around, cluster)
      if (!value.ok || value.value) return value.ok ? { ok: true, holds: true } : value
      return { ok: true, holds: false, because: unmetPart(expression, around, judge) }
    }
    return { judge } satisfies Conditions
  }
}

/** Undefined when this version does not understand the text any more. */
function namesIn({ stack }: Plan, { name, text }: { name: string; text: string }): Names | undefined {
  const loaded = parseRunbook(`${stack}/${name}.yaml`, text)
  if (!loaded.ok) return undefined
  const { runbook } = loaded.value
  return { inputs: inputCelTypes(runbook.inputs), steps: allSteps(runbook).map(step => step.id) }
}

function evaluated(source: string, names: Names, around: Surroundings, cluster: Cluster): Evaluation<boolean> {
  const compiled = compileExpression(source, { ...names, ...momentOf(around) }, 'bool')
  if (!compiled.ok) return { ok: false, reason: compiled.problems.map(problem => problem.message).join(' ') }
  const { runbook: _, ...known } = around
  return compiled.value.evaluate({ ...known, functions: clusterFunctions(around.status, cluster) })
}

function momentOf({ result, host }: Surroundings): Pick<Scope, 'moment' | 'inRolling'> {
  if (result) return { moment: 'expect' }
  return { moment: 'step', ...(host !== undefined && { inRolling: true }) }
}

/** The variable, not a field or a text of that name. */
const HOST = /(?<![\w.'"])host(?![\w'"])/g

/** Of several conditions the ones that do not hold, with the inputs' values in place of their names. */
function unmetPart(expression: string, around: Surroundings, judge: Conditions['judge']): string {
  const parts = conjuncts(expression)
  const unmet = parts.length === 1 ? parts : parts.filter(part => !isMet(judge(part, around)))
  const filledIn = (text: string, name: string) => String(around.inputs[name] ?? text)
  const own = (part: string) => (around.host === undefined ? part : part.replace(HOST, around.host))
  return unmet.map(part => own(part).replace(/\binputs\.([a-z][a-z0-9_]*)/g, filledIn)).join(' and ')
}

function isMet(judgement: Judgement): boolean {
  return judgement.ok && judgement.holds
}
