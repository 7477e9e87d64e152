import type { ClusterStatus } from '../clusters/status.ts'
import { durationText } from '../runbooks/duration.ts'
import { concernsOf, drift, factsOf } from '../runbooks/facts.ts'
import type { PlannedStep, PlannedStepOf } from '../runbooks/plan.ts'
import { begunChange, type ChangeStep, executionsOf, hasChanged, isChange, isSentToAll, openChange } from './changes.ts'
import { Course, type EnginePorts, type LegSurroundings, type StepResult } from './course.ts'
import { type Ended, ending } from './ending.ts'
import type { RunEvent, RunEventOf } from './events.ts'
import { heldBy } from './held.ts'
import { holdsCluster } from './holds-cluster.ts'
import { restoredReason } from './restored-reason.ts'
import type { RunState } from './state.ts'
import { approveStep } from './steps/approve.ts'
import { changeStep } from './steps/change.ts'
import { checkStep } from './steps/check.ts'
import { pauseStep } from './steps/pause.ts'
import { askStep } from './steps/run.ts'
import { waitStep } from './steps/wait.ts'

type Events<T = void> = AsyncGenerator<RunEvent, T>

/**
 * Carries a planned run on from where its journal stands: to the next gate, or to its end. Every event is yielded before what it
 * announces is done, and the caller must have it journalled before asking for the next one. Where what was approved no longer holds it
 * ends with `drifted`: before the first change a new plan is wanted then.
 */
export async function* carryOut(run: RunState, ports: EnginePorts, leg: LegSurroundings): Events {
  const plan = run.plan
  if (!plan) throw new Error(`run ${run.run} has no plan to carry out`)
  const course = new Course(run, plan, ports, leg)
  if (isApproved(run) && run.restored) return yield* settleRestored(course)
  const hindrance = yield* beforeGoingOn(course)
  if (hindrance === 'drifted') return
  if (hindrance) return yield* ending(course, hindrance.step, hindrance)
  for (const step of plan.steps.filter(step => !isDone(run, step))) {
    const forbidden = mayNotBegin(step, course)
    if (forbidden) return yield* ending(course, step, forbidden)
    if (step.kind === 'approve') return yield* approveStep(step, course)
    const result = yield* oneStep(step, course)
    if (!mayGoOn(step, result)) return yield* ending(course, step, result)
  }
  return yield* allThrough(course)
}

type Hindrance = Ended & { readonly step?: PlannedStep }

function isApproved(run: RunState): boolean {
  return run.gates.some(gate => gate.result === 'approved')
}

/** What keeps this leg from beginning anything: a stop, a step that an earlier leg ended on, or that what was approved no longer holds. */
async function* beforeGoingOn(course: Course): Events<Hindrance | 'drifted' | undefined> {
  // Of a change under way the node is asked first, even when somebody has said stop: it may have to be ended there.
  if (course.signal.aborted && !openChange(course.run)) return course.stopped()
  const ended = endedBefore(course)
  if (ended) return ended
  return isApproved(course.run) ? yield* afterGate(course) : undefined
}

/** The step that an earlier leg ended on. */
function endedBefore({ plan, run }: Course): Hindrance | undefined {
  for (const step of plan.steps) {
    const { outcome, reason = '' } = run.steps[step.id] ?? {}
    if (outcome && !mayGoOn(step, { outcome, reason })) return { outcome, reason, step }
  }
  return undefined
}

function isDone(run: RunState, step: PlannedStep): boolean {
  if (step.kind === 'approve') return run.gates.some(gate => gate.gate === step.id && gate.result === 'approved')
  return run.steps[step.id]?.outcome !== undefined
}

function mayNotBegin(step: PlannedStep, course: Course): Ended | undefined {
  if (openChange(course.run)?.step.id === step.id) return undefined
  if (course.signal.aborted) return course.stopped()
  if (course.isOverdue())
    return { outcome: 'timed-out', reason: `the whole took longer than ${durationText(course.plan.timeoutMs)}` }
  // The linter sees to it that every change stands behind an approval; this does not rely on it.
  if (isChange(step) && !isApproved(course.run)) return { outcome: 'refused', reason: 'nobody approved this change' }
  return undefined
}

function mayGoOn(step: PlannedStep, result: StepResult): boolean {
  if (result.outcome === 'succeeded' || result.outcome === 'warned' || result.outcome === 'skipped') return true
  return result.outcome === 'failed' && 'onFailure' in step && step.onFailure === 'continue'
}

/** `on-failure: continue` lets the steps behind a failed one run; it does not make the run a success. */
async function* allThrough(course: Course): Events {
  const failed = course.plan.steps.find(step => course.facts[step.id]?.outcome === 'failed')
  if (!failed) return yield* ending(course, undefined, { outcome: 'succeeded', reason: '' })
  return yield* ending(course, failed, { outcome: 'failed', reason: course.reasons.get(failed.id) ?? '' })
}

async function* oneStep(step: Exclude<PlannedStep, PlannedStepOf<'approve'>>, course: Course): Events<StepResult> {
  const begunAt = course.ports.clock.monotonic()
  yield { type: 'step-started', step: step.id, again: false }
  const result = (await skipReason(step, course)) ?? (yield* ofItsKind(step, course))
  const durationMs = durationOf(step, course, begunAt)
  course.facts[step.id] = { exitCode: 0, stdout: '', ...course.facts[step.id], outcome: result.outcome }
  course.reasons.set(step.id, result.reason)
  yield { type: 'step-finished', step: step.id, again: false, ...result, durationMs }
  return result
}

/** What a step took, in ms: under this leg, which came to it at `begunAt` (monotonic), and under an earlier one. */
function durationOf(step: PlannedStep, course: Course, begunAt: number): number {
  return Math.round(earlier(step, course) + course.ports.clock.monotonic() - begunAt)
}

/** What a step had taken already when its first worker was lost: a change went on meanwhile. In ms, as far as the journal tells. */
function earlier(step: PlannedStep, { run }: Course): number {
  const open = run.steps[step.id]
  return open && isChange(step) && openChange(run)?.step.id === step.id
    ? Math.max(0, run.updatedAt - open.startedAt)
    : 0
}

async function* ofItsKind(step: Exclude<PlannedStep, PlannedStepOf<'approve'>>, course: Course): Events<StepResult> {
  switch (step.kind) {
    case 'run':
      return isChange(step) ? yield* changeStep(step, course) : yield* askStep(step, course)
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
  const { onlyAfter = '' } = step.scope ?? {}
  if (course.facts[onlyAfter]?.outcome === 'skipped')
    return { outcome: 'skipped', reason: course.reasons.get(onlyAfter) ?? '' }
  if (step.if === undefined) return undefined
  const reading = await course.status()
  if (!reading.ok) return course.unread(reading.problems)
  const judgement = course.judge(step, step.if, reading.value)
  if (!judgement.ok) return { outcome: 'errored', reason: `if: ${judgement.reason}` }
  return judgement.holds ? undefined : { outcome: 'skipped', reason: `only if ${step.if}` }
}

/** Between an approval and what it allows: take the lease, compare the facts, repeat the checks. A result is why nothing may follow. */
async function* afterGate(course: Course): Events<Hindrance | 'drifted' | undefined> {
  const refused = yield* takeLease(course)
  if (refused) return refused
  if (hasGoneOn(course)) return undefined
  const reading = await course.freshStatus()
  if (!reading.ok) return course.unread(reading.problems)
  const changes = await drifted(course, reading.value)
  if (changes.length > 0) return yield* askAnew(course, changes)
  return course.changed ? undefined : yield* repeatChecks(course)
}

/** Whether anything was sent since the latest approval: from then on the run itself moves what its plan rests on. */
function hasGoneOn({ plan, run }: Course): boolean {
  const gate = run.gates.findLast(one => one.result === 'approved')
  const sent = plan.steps.filter(isChange).flatMap(step => executionsOf(run, step.id))
  return sent.some(execution => execution.startedAt >= (gate?.closedAt ?? 0))
}

/** What is no longer as it was approved, a sentence each. Behind changes of this run, what was true as the gate opened counts. */
async function drifted({ plan, ports, run }: Course, now: ClusterStatus): Promise<readonly string[]> {
  const approved = run.gates.findLast(gate => gate.result === 'approved')?.facts ?? plan.facts
  const moved = drift(approved, factsOf(now), concernsOf(plan, now))
  return moved.length > 0 || hasChanged(run) ? moved : await ports.differences(run, now)
}

/** The approval is void. Behind changes the plan stays as it is and its gate opens again; before them a new plan is made. */
async function* askAnew(course: Course, changes: readonly string[]): Events<'drifted'> {
  const gate = course.run.gates.findLast(one => one.result === 'approved')
  const step = course.plan.steps.find(one => one.id === gate?.gate)
  yield { type: 'drifted', gate: gate?.gate ?? '', changes: [...changes] }
  if (course.changed && step?.kind === 'approve') yield* approveStep(step, course)
  else yield* giveLeaseBack(course)
  return 'drifted'
}

/**
 * A run that Redis had forgotten: what became of a change under way is asked of its nodes, and nothing else is begun. Where that leaves
 * nothing to do the run has its true end; otherwise a person decides.
 */
async function* settleRestored(course: Course): Events {
  const { plan, run } = course
  const begun = begunChange(run)
  const told = begun && (yield* askOf(begun, course))
  if (told && told.outcome !== 'succeeded') {
    yield told
    return yield* ending(course, begun, told)
  }
  const ended = endedBefore(course)
  if (ended) return yield* ending(course, ended.step, ended)
  const done = begun && isSentToAll(begun, run) ? begun : undefined
  const steps = plan.steps.filter(step => step !== done && !isDone(run, step))
  const taken = await takenMeanwhile(course)
  if (steps.length > 0 || taken) {
    // The step of a change that is done stays open then: whoever goes on goes on from it.
    const reason = restoredReason({ done, steps, taken })
    return yield* ending(course, undefined, { outcome: course.changed ? 'unknown' : 'errored', reason })
  }
  if (told) yield told
  return yield* allThrough(course)
}

/** How a change that was begun has ended, as its nodes tell it. Nothing is sent to a node that was not asked for it before. */
async function* askOf(step: ChangeStep, course: Course): Events<RunEventOf<'step-finished'>> {
  const begunAt = course.ports.clock.monotonic()
  const result = yield* changeStep(step, course, 'only-open')
  const durationMs = durationOf(step, course, begunAt)
  return { type: 'step-finished', step: step.id, again: false, ...result, durationMs }
}

/** Who has the cluster that this run believes to hold; "" for nobody else. */
async function takenMeanwhile({ plan, ports, run }: Course): Promise<string> {
  const holder = holdsCluster(run) ? await ports.leases.holder(plan.cluster) : undefined
  return holder && holder.run !== run.run ? heldBy(plan.cluster, holder) : ''
}

/**
 * Takes the lease, or makes sure that this run still holds it: an earlier leg may have given it back and died before it could say so.
 * Behind a change, a lease that somebody else held meanwhile means that nobody knows what this run's changes came to.
 */
async function* takeLease(course: Course): Events<Ended | undefined> {
  const { plan, ports, run } = course
  const take = await ports.leases.take(plan.cluster, run, await ports.time())
  if (!take.taken) return { outcome: course.changed ? 'unknown' : 'refused', reason: heldBy(plan.cluster, take) }
  course.leaseTaken = { cluster: plan.cluster, epoch: take.epoch }
  const isOurs = holdsCluster(run) && run.lease.epoch === take.epoch
  if (!isOurs) yield { type: 'lease-taken', ...course.leaseTaken }
  if (isOurs || !course.changed) return undefined
  return { outcome: 'unknown', reason: `${plan.cluster} was not held by this run for a while` }
}

/** A plan that waits for its approval does not hold the cluster: the new one no more than the first, however long it waits. */
async function* giveLeaseBack({ leaseTaken, ports, run }: Course): Events {
  if (!leaseTaken) return
  await ports.leases.release(leaseTaken.cluster, run.run, leaseTaken.epoch)
  yield { type: 'lease-released', ...leaseTaken }
}

async function* repeatChecks(course: Course): Events<Hindrance | undefined> {
  const { plan, run } = course
  const gate = plan.steps.findLastIndex(step => step.kind === 'approve' && isDone(run, step))
  for (const step of plan.steps.slice(0, Math.max(0, gate))) {
    if (step.kind !== 'check') continue
    const skipped = await skipReason(step, course)
    if (skipped?.outcome === 'skipped') continue
    const begunAt = course.ports.clock.monotonic()
    yield { type: 'step-started', step: step.id, again: true }
    const result = skipped ?? (await checkStep(step, course))
    const durationMs = Math.round(course.ports.clock.monotonic() - begunAt)
    yield { type: 'step-finished', step: step.id, again: true, ...result, durationMs }
    if (!mayGoOn(step, result))
      return { ...result, reason: `"${step.name}", repeated after the approval: ${result.reason}` }
  }
  return undefined
}
