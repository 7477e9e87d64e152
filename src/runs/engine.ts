import { problemText } from '../problem.ts'
import { drift, factsOf } from '../runbooks/facts.ts'
import type { PlannedStep, PlannedStepOf } from '../runbooks/plan.ts'
import { Course, type EnginePorts, type StepResult } from './course.ts'
import { type Ended, ending } from './ending.ts'
import type { RunEvent } from './events.ts'
import type { RunState } from './state.ts'
import { approveStep } from './steps/approve.ts'
import { checkStep } from './steps/check.ts'
import { pauseStep } from './steps/pause.ts'
import { runStep } from './steps/run.ts'
import { waitStep } from './steps/wait.ts'

type Events<T = void> = AsyncGenerator<RunEvent, T>

/**
 * Carries a planned run on from where its journal stands: to the next gate, or to its end. Every event is yielded before what it
 * announces is done, and the caller must have it journalled before asking for the next one. `signal` stops it between steps and inside
 * waits; its reason says who wanted that.
 */
export async function* carryOut(run: RunState, ports: EnginePorts, signal: AbortSignal): Events {
  const plan = run.plan
  if (!plan) throw new Error(`run ${run.run} has no plan to carry out`)
  const course = new Course(run, plan, ports, signal)
  if (run.gates.length > 0) {
    const hindrance = yield* afterGate(course)
    if (hindrance) return yield* ending(course, undefined, hindrance)
  }
  for (const step of plan.steps.filter(step => !isDone(run, step))) {
    if (signal.aborted) return yield* ending(course, step, cancelled(course))
    if (step.kind === 'approve') return yield* approveStep(step, course)
    const result = yield* oneStep(step, course)
    if (!mayGoOn(step, result)) return yield* ending(course, step, result)
  }
  return yield* ending(course, undefined, { outcome: 'succeeded', reason: '' })
}

function isDone(run: RunState, step: PlannedStep): boolean {
  if (step.kind === 'approve') return run.gates.some(gate => gate.gate === step.id && gate.result === 'approved')
  return run.steps[step.id]?.outcome !== undefined
}

function mayGoOn(step: PlannedStep, result: StepResult): boolean {
  if (result.outcome === 'succeeded' || result.outcome === 'warned' || result.outcome === 'skipped') return true
  return result.outcome === 'failed' && 'onFailure' in step && step.onFailure === 'continue'
}

function cancelled(course: Course): StepResult {
  return { outcome: 'cancelled', reason: course.run.stop ? `stopped by ${course.run.stop.speaker.name}` : 'stopped' }
}

async function* oneStep(step: Exclude<PlannedStep, PlannedStepOf<'approve'>>, course: Course): Events<StepResult> {
  const begunAt = course.ports.clock.monotonic()
  yield { type: 'step-started', step: step.id, again: false }
  const result = (await skipReason(step, course)) ?? (yield* ofItsKind(step, course))
  const durationMs = Math.round(course.ports.clock.monotonic() - begunAt)
  course.facts[step.id] = { exitCode: 0, stdout: '', ...course.facts[step.id], outcome: result.outcome }
  yield { type: 'step-finished', step: step.id, again: false, ...result, durationMs }
  return result
}

async function* ofItsKind(step: Exclude<PlannedStep, PlannedStepOf<'approve'>>, course: Course): Events<StepResult> {
  switch (step.kind) {
    case 'run':
      return yield* runStep(step, course)
    case 'check':
      return await checkStep(step, course)
    case 'wait':
      return yield* waitStep(step, course)
    case 'pause':
      return await pauseStep(step, course)
  }
}

/** A result when the step's `if` keeps it from running: skipped, or errored when that cannot be told. */
async function skipReason(step: PlannedStep, course: Course): Promise<StepResult | undefined> {
  if (step.if === undefined) return undefined
  const reading = await course.status()
  if (!reading.ok) return { outcome: 'errored', reason: reading.problems.map(problemText).join('\n') }
  const judgement = course.judge(step.if, reading.value)
  if (!judgement.ok) return { outcome: 'errored', reason: `if: ${judgement.reason}` }
  return judgement.holds ? undefined : { outcome: 'skipped', reason: `only if ${step.if}` }
}

/** Between approval and the first change: take the lease, compare the facts, repeat the checks. A result is why nothing may follow. */
async function* afterGate(course: Course): Events<Ended | undefined> {
  const refused = yield* takeLease(course)
  if (refused) return refused
  if (course.changed) return undefined
  const reading = await course.freshStatus()
  if (!reading.ok) return { outcome: 'errored', reason: reading.problems.map(problemText).join('\n') }
  const drifted = drift(course.plan.facts, factsOf(reading.value))
  if (drifted.length > 0)
    return { outcome: 'refused', reason: `what was approved no longer holds: ${drifted.join('; ')}` }
  return yield* repeatChecks(course)
}

async function* takeLease(course: Course): Events<Ended | undefined> {
  const { leases, time } = course.ports
  if (course.run.lease && !course.run.lease.released) return undefined
  const take = await leases.take(course.plan.cluster, course.run, await time())
  if (!take.taken) {
    const reason = `${course.plan.cluster} is held by #${take.number} since ${new Date(take.since).toISOString()}`
    return { outcome: 'refused', reason }
  }
  course.leaseTaken = { cluster: course.plan.cluster, epoch: take.epoch }
  yield { type: 'lease-taken', ...course.leaseTaken }
  return undefined
}

async function* repeatChecks(course: Course): Events<StepResult | undefined> {
  const gate = course.plan.steps.findIndex(step => step.kind === 'approve')
  for (const step of course.plan.steps.slice(0, Math.max(0, gate))) {
    if (step.kind !== 'check' || (await skipReason(step, course))) continue
    const begunAt = course.ports.clock.monotonic()
    yield { type: 'step-started', step: step.id, again: true }
    const result = await checkStep(step, course)
    const durationMs = Math.round(course.ports.clock.monotonic() - begunAt)
    yield { type: 'step-finished', step: step.id, again: true, ...result, durationMs }
    if (!mayGoOn(step, result))
      return { ...result, reason: `"${step.name}", repeated after the approval: ${result.reason}` }
  }
  return undefined
}
