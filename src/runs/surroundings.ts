import type { Plan, PlannedStep } from '../runbooks/plan.ts'
import type { InputValue } from '../runbooks/schema.ts'
import type { StepFacts, Surroundings } from './conditions.ts'

/** What an expression of this step sees besides the cluster: by its scope it has inputs, a `host` and earlier steps of its own. */
export function seenFrom(
  step: Pick<PlannedStep, 'scope'>,
  plan: Plan,
  facts: Readonly<Record<string, StepFacts>>,
): Pick<Surroundings, 'inputs' | 'steps' | 'runbook' | 'host'> {
  const { scope } = step
  return {
    inputs: scope?.use?.inputs ?? plan.inputs,
    steps: scope ? earlierSteps(scope.prefix, plan, facts) : facts,
    ...(scope?.use && { runbook: scope.use.runbook }),
    ...(scope?.host !== undefined && { host: scope.host }),
  }
}

/** Steps of the scopes around it and of its own, by the ids their authors gave them; of two alike its own is meant. */
function earlierSteps(
  prefix: string,
  { steps }: Plan,
  facts: Readonly<Record<string, StepFacts>>,
): Readonly<Record<string, StepFacts>> {
  const around = steps
    .map(({ id, scope }) => ({ id, outer: scope?.prefix ?? '' }))
    .filter(({ outer }) => prefix.startsWith(outer))
    .sort((a, b) => a.outer.length - b.outer.length)
  return Object.fromEntries(
    around.flatMap(({ id, outer }) => {
      const known = facts[id]
      return known ? [[id.slice(outer.length), known] as const] : []
    }),
  )
}

/** What a step is about: the inputs by which it was planned, and the node whose turn it is where they name none. */
export function subjectOf({ scope }: Pick<PlannedStep, 'scope'>, plan: Plan): Readonly<Record<string, InputValue>> {
  const inputs = scope?.use?.inputs ?? plan.inputs
  return scope?.turn ? { node: scope.turn.node, ...inputs } : inputs
}
