import type { ClusterStatus } from '../clusters/status.ts'
import { concernsOf, drift, factsOf } from '../runbooks/facts.ts'
import { executionsOf, hasChanged, isChange } from './changes.ts'
import type { Course } from './course.ts'
import type { Ended } from './ending.ts'
import { type Events, type Hindrance, isDone, mayGoOn, skipReason } from './going-on.ts'
import { heldBy } from './held.ts'
import { holdsCluster } from './holds-cluster.ts'
import { approveStep } from './steps/approve.ts'
import { checkStep } from './steps/check.ts'

/** Between an approval and what it allows: take the lease, compare the facts, repeat the checks. A result is why nothing may follow. */
export async function* afterGate(course: Course): Events<Hindrance | 'drifted' | undefined> {
  // Whoever did the last step may have given the lease back and died before it could say that this was the end.
  if (course.plan.steps.every(step => isDone(course.run, step))) return undefined
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
