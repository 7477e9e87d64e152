import { bad, good, type Problem, type Result } from '../problem.ts'
import { allSteps } from './all-steps.ts'
import { inputCelTypes } from './expression-types.ts'
import { resolveInputs } from './inputs.ts'
import type { PlannedScope, PlannedStep } from './plan.ts'
import { opener } from './plan-identity.ts'
import { type Planning, type PlanSteps, planValue } from './planning.ts'
import type { InputValue, Runbook, StepOf } from './schema.ts'
import { isInRange } from './version-range.ts'

type Use = StepOf<'use'>

/** So deep one may lead to another; that none leads back to itself the linter sees to. */
const DEEPEST = 8

/** The steps of another runbook in this one's place, with inputs of their own. Its approvals are left out: this one's cover what it does. */
export function planUse(step: Use, planning: Planning, planSteps: PlanSteps): Result<readonly PlannedStep[]> {
  const used = planning.request.runbookOf(step.use)?.runbook
  const complaint = used ? unfit(step, used, planning) : 'which is not in the library'
  if (!used || complaint !== undefined) return bad(unusable(step, complaint ?? ''))
  const inputs = inputsFor(step, used, planning)
  if (!inputs.ok) return inputs
  const inner: Planning = {
    ...planning,
    runbook: used,
    inputs: inputs.value,
    scope: { inputs: inputCelTypes(used.inputs), steps: allSteps(used).map(one => one.id) },
    place: placeOf(step, planning, inputs.value),
  }
  const steps = planSteps(
    used.steps.filter(one => one.kind !== 'approve'),
    inner,
  )
  return steps.ok ? good([...opener(step, planning), ...steps.value]) : steps
}

function unfit({ version }: Use, used: Runbook, { place }: Planning): string | undefined {
  if (version !== undefined && !isInRange(used.version, version)) return `which is ${used.version}, not ${version}`
  return (place?.prefix.split('.').length ?? 0) > DEEPEST * 2 ? 'which is too deep' : undefined
}

function unusable(step: Use, complaint: string): Problem {
  const message = `Step "${step.id}" uses ${step.use}, ${complaint}.`
  return { code: 'unusable-runbook', message, stillTrue: 'Nothing was changed.' }
}

/** `host` is not handed on by itself: what is used knows its inputs alone. */
function placeOf(
  { id, use, if: condition }: Use,
  { place }: Planning,
  inputs: Record<string, InputValue>,
): PlannedScope {
  const { host: _, ...outer } = place ?? { prefix: '' }
  const own = `${outer.prefix}${id}`
  return {
    ...outer,
    prefix: `${own}.`,
    use: { runbook: use, inputs },
    ...(condition !== undefined && { onlyAfter: own }),
  }
}

/** What `with` gives, looked at as if a person had typed it, and the rest from its defaults. */
function inputsFor(step: Use, used: Runbook, planning: Planning): Result<Record<string, InputValue>> {
  const words: Record<string, string> = {}
  for (const [name, source] of Object.entries(step.with ?? {})) {
    const value = planValue(source, 'value', planning, step.id)
    if (!value.ok) return value
    words[name] = used.inputs[name]?.type === 'duration' ? `${value.value}ms` : String(value.value)
  }
  const { status, cluster } = planning.request
  const known = { groups: Object.keys(status.groups), nodes: Object.keys(cluster.nodes) }
  const resolved = resolveInputs({ runbook: used, words, status, functions: planning.functions, known })
  return resolved.ok ? good({ ...resolved.value.values }) : resolved
}
