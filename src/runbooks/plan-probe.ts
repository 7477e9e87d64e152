import { parseServiceAddress } from '../clusters/service-address.ts'
import { bad, good, type Problem, type Result } from '../problem.ts'
import type { PlannedStep } from './plan.ts'
import { identity } from './plan-identity.ts'
import { cannotPlan, type Planning, planValue } from './planning.ts'
import type { StepOf } from './schema.ts'

const EVERY_MS = 1000
const REQUEST_TIMEOUT_MS = 1000
const TIMES = 3
const STEADY = 5
const MEASURE_TIMEOUT_MS = 2 * 60_000

/** Only an address that the inventory has for a group is asked, whatever a runbook or a command says. */
export function planProbe(step: StepOf<'probe'>, planning: Planning): Result<PlannedStep> {
  const target = planValue(step.probe, 'value', planning, step.id)
  if (!target.ok) return target
  const known = Object.values(planning.request.cluster.groups).flatMap(({ service }) => service ?? [])
  if (typeof target.value !== 'string' || !isAllowed(target.value, known))
    return bad(foreign(step.id, String(target.value), planning))
  return good({
    kind: 'probe',
    ...identity(step, planning),
    target: target.value,
    everyMs: step.every ?? EVERY_MS,
    timeoutMs: step.timeout ?? REQUEST_TIMEOUT_MS,
    times: step.times ?? TIMES,
    onFailure: step['on-failure'] ?? 'stop',
  })
}

/** Of a group without an address the plan is made all the same: a check can say then what is to be added. */
function isAllowed(target: string, known: readonly string[]): boolean {
  return target === '' || (known.includes(target) && parseServiceAddress(target) !== undefined)
}

function foreign(step: string, target: string, { request }: Planning): Problem {
  return {
    ...cannotPlan(step, `"${target}" is not where clients reach a group of ${request.cluster.name}`),
    next: `Only addresses under clusters.${request.cluster.name}.groups.<group>.service in ha.yaml are asked.`,
  }
}

export function planMeasure(step: StepOf<'measure'>, planning: Planning): PlannedStep {
  return {
    kind: 'measure',
    ...identity(step, planning),
    probe: `${planning.place?.prefix ?? ''}${step.measure}`,
    steady: step.steady ?? STEADY,
    timeoutMs: step.timeout ?? MEASURE_TIMEOUT_MS,
    ...(step.most !== undefined && { mostMs: step.most }),
    onFailure: step['on-failure'] ?? 'stop',
  }
}
