import { bad, good, type Problem, type Result } from '../problem.ts'
import type { PlannedStep } from './plan.ts'
import { planHosts } from './plan-hosts.ts'
import { identity } from './plan-identity.ts'
import { planMeasure, planProbe } from './plan-probe.ts'
import { planUndo } from './plan-undo.ts'
import { cannotPlan, type Planning, planValue, planValues } from './planning.ts'
import type { InputValue, StepOf } from './schema.ts'
import { assembleScript, shellValues } from './script.ts'
import { compileTemplate } from './templates.ts'

const READ_TIMEOUT_MS = 60_000
const CHANGE_TIMEOUT_MS = 5 * 60_000
const WAIT_TIMEOUT_MS = 5 * 60_000
const WAIT_EVERY_MS = 2000
const STABLE_READS = 2
const RETRY_DELAY_MS = 2000

/** A step that stays one. */
type SingleStep = StepOf<'run' | 'check' | 'wait' | 'approve' | 'pause' | 'compare' | 'probe' | 'measure'>

/** One step with everything filled in. */
export function planStep(step: SingleStep, planning: Planning): Result<PlannedStep> {
  switch (step.kind) {
    case 'run':
      return planRun(step, planning)
    case 'check':
      return good(planCheck(step, planning))
    case 'wait':
      return good(planWait(step, planning))
    case 'approve':
      return planApprove(step, planning)
    case 'pause':
      return good({ kind: 'pause', ...identity(step, planning), forMs: step.pause })
    case 'compare':
      return planCompare(step, planning)
    case 'probe':
      return planProbe(step, planning)
    case 'measure':
      return good(planMeasure(step, planning))
  }
}

function planRun(step: StepOf<'run'>, planning: Planning): Result<PlannedStep> {
  const hosts = planHosts(step, planning)
  if (!hosts.ok) return hosts
  const values = stepValues(step, planning)
  if (!values.ok) return values
  const undo =
    step.undo === undefined ? good(undefined) : planUndo(step.undo, hosts.value, values.value, planning, step.id)
  if (!undo.ok) return undo
  return good({
    kind: 'run',
    ...identity(step, planning),
    hosts: [...hosts.value],
    source: step.run,
    script: assembleScript(step.run, values.value),
    values: { ...values.value },
    ...(step.change && { change: step.change }),
    expect: step.expect ?? 'result.exitCode == 0',
    ...(step.unreachable && { unreachable: step.unreachable }),
    timeoutMs: step.timeout ?? (step.change ? CHANGE_TIMEOUT_MS : READ_TIMEOUT_MS),
    retries: step.change ? 0 : (step.retries ?? 0),
    delayMs: step.delay ?? RETRY_DELAY_MS,
    onFailure: step['on-failure'] ?? 'stop',
    ...(undo.value && { undo: undo.value }),
    ...(step.leaves && { leaves: step.leaves }),
  })
}

/** The shell variables of a step: every input, and its own `env`. */
function stepValues(
  step: Pick<StepOf<'run'>, 'id' | 'env'>,
  planning: Planning,
): Result<Readonly<Record<string, InputValue>>> {
  const values: Record<string, InputValue> = {
    ...shellValues(planning.runbook.inputs, planning.inputs),
  }
  for (const [name, source] of Object.entries(step.env ?? {})) {
    const value = planValue(source, 'value', planning, step.id)
    if (!value.ok) return value
    values[name] = value.value
  }
  return good(values)
}

/** Who differs is told when all have answered (compare.ts in runs). A file's name is a value like any other. */
function planCompare(step: StepOf<'compare'>, planning: Planning): Result<PlannedStep> {
  const { compare } = step
  const hosts = planHosts({ id: step.id, hosts: step.hosts ?? 'all' }, planning)
  if (!hosts.ok) return hosts
  const values = stepValues(step, planning)
  if (!values.ok) return values
  const { file, command = '', ignore = [] } = compare
  const source = file === undefined ? command : 'cat <"$file"'
  const all = { ...values.value, ...(file !== undefined && { file }) }
  return good({
    kind: 'run',
    ...identity(step, planning),
    hosts: [...hosts.value],
    source,
    script: assembleScript(source, all),
    values: all,
    expect: 'result.exitCode == 0',
    timeoutMs: step.timeout ?? READ_TIMEOUT_MS,
    retries: 0,
    delayMs: RETRY_DELAY_MS,
    onFailure: step['on-failure'] ?? 'stop',
    compare: { ignore: [...ignore] },
  })
}

function planCheck(step: StepOf<'check'>, planning: Planning): PlannedStep {
  const overrides = planning.place ? [] : planning.request.overrides
  const override = overrides.find(one => one.step === step.id)
  return {
    kind: 'check',
    ...identity(step, planning),
    expression: step.check,
    level: step.level ?? 'must',
    overridable: planning.place === undefined && (step.overridable ?? false),
    ...(override && { override: override.reason }),
    onFailure: step['on-failure'] ?? 'stop',
  }
}

function planWait(step: StepOf<'wait'>, planning: Planning): PlannedStep {
  return {
    kind: 'wait',
    ...identity(step, planning),
    expression: step.wait,
    everyMs: step.every ?? WAIT_EVERY_MS,
    timeoutMs: step.timeout ?? WAIT_TIMEOUT_MS,
    stable: step.stable ?? STABLE_READS,
    onFailure: step['on-failure'] ?? 'stop',
  }
}

function planApprove(step: StepOf<'approve'>, planning: Planning): Result<PlannedStep> {
  const template = compileTemplate(step.approve, { ...planning.scope, moment: 'plan' })
  if (!template.ok) return template
  const text = template.value.render(planValues(planning))
  if (!text.ok) return bad(cannotPlan(step.id, text.reason))
  const demand = planning.request.gate({
    ...(step.count !== undefined && { count: step.count }),
    ...(step.from !== undefined && { from: step.from }),
    ...(step.within !== undefined && { within: step.within }),
    ...(step.confirm !== undefined && { confirm: step.confirm }),
  })
  if (demand.from.length === 0) return bad(nobodyApproves(planning))
  const confirm = demand.confirm ? nameToType(planning) : ''
  return good({
    kind: 'approve',
    ...identity(step, planning),
    text: text.value,
    count: demand.count,
    from: [...demand.from],
    withinMs: demand.withinMs,
    confirm,
  })
}

function nobodyApproves({ request }: Planning): Problem {
  return {
    code: 'nobody-approves',
    message: `Nobody may approve ${request.loaded.runbook.risk} runbooks on ${request.cluster.name}: its policy names no team for that.`,
    stillTrue: 'Nothing was changed.',
    next: `Whoever runs ha-bot sets clusters.${request.cluster.name}.policy in ha.yaml.`,
  }
}

/** The node's name where one is named, else the cluster's. */
function nameToType({ request }: Planning): string {
  const { inputs } = request.loaded.runbook
  const node = Object.keys(inputs).find(name => inputs[name]?.type === 'node')
  return node === undefined ? request.cluster.name : String(request.inputs[node] ?? request.cluster.name)
}
