import { stateLine } from '../clusters/state-line.ts'
import type { ClusterStatus } from '../clusters/status.ts'
import type { PlannedStep } from '../runbooks/plan.ts'
import { isChange } from './changes.ts'
import type { Course, StepResult } from './course.ts'
import type { RunEvent } from './events.ts'
import { holdsCluster } from './holds-cluster.ts'
import { nextSteps } from './next-steps.ts'
import type { Outcome } from './outcome.ts'
import { summaryOf } from './summary.ts'

/** How a leg ended: a step's result, or a refusal before the first change. */
export interface Ended {
  readonly outcome: StepResult['outcome'] | 'refused'
  readonly reason: string
}

/**
 * The last events of a run: undo steps offered, the lease released (kept while the outcome is unknown), what is true now, what next.
 * `at` is the step it ended on, if it did not get through.
 */
export async function* ending(
  course: Course,
  at: PlannedStep | undefined,
  ended: Ended,
): AsyncGenerator<RunEvent, void> {
  const outcome = outcomeOf(ended, course, at)
  const status = await lastLook(course)
  const leftBehind = leftBehindOf(course, status)
  if (outcome !== 'succeeded') yield* offerUndo(course, status)
  const lease = course.leaseTaken ?? (holdsCluster(course.run) ? course.run.lease : undefined)
  if (lease && outcome !== 'unknown') {
    await course.ports.leases.release(lease.cluster, course.run.run, lease.epoch)
    yield { type: 'lease-released', cluster: lease.cluster, epoch: lease.epoch }
  }
  yield {
    type: 'finished',
    outcome,
    summary: summaryOf({
      ...{ plan: course.plan, outcome, reason: ended.reason, changed: course.changed, step: at, status },
      measured: course.felt(),
    }),
    leftBehind,
    next: nextSteps({
      ...{ plan: course.plan, outcome, leftBehind, changed: course.changed, number: course.run.number },
      step: at,
    }),
    ...(status && { status }),
    ...(outcome === 'unknown' && { evidence: [...course.evidence, clusterSays(status)] }),
  }
}

function clusterSays(status: ClusterStatus | undefined): string {
  if (!status) return 'the cluster could not be asked'
  return `the cluster says (${status.readFrom.join(', ')}): ${stateLine(status)}`
}

/**
 * `errored` and `timed-out` promise that nothing was changed; behind a change they become what they then mean. A later change that was
 * never sent is `failed`: every result is known, the run just did not get to its end (what stays behind is said beside it).
 */
function outcomeOf(ended: Ended, course: Course, at: PlannedStep | undefined): Outcome {
  switch (ended.outcome) {
    case 'succeeded':
    case 'warned':
    case 'skipped':
      return 'succeeded'
    case 'errored':
    case 'timed-out':
      if (!course.changed) return ended.outcome
      return at && isChange(at) ? 'failed' : 'unknown'
    case 'failed':
    case 'unknown':
    case 'cancelled':
    case 'refused':
      return ended.outcome
  }
}

/** A stop must not keep us from saying what is true: this reading has its own signal. */
async function lastLook(course: Course): Promise<ClusterStatus | undefined> {
  const reading = await course.ports.status.read(course.plan.cluster, new AbortController().signal)
  return reading.ok ? reading.value : undefined
}

async function* offerUndo(course: Course, status: ClusterStatus | undefined): AsyncGenerator<RunEvent, void> {
  for (const step of [...course.plan.steps].reverse()) {
    if (step.kind !== 'run' || !step.undo || !course.isEffective(step.id)) continue
    const { undo } = step
    if (undo.kind === 'runbook' && isThereAlready(undo.inputs, status)) continue
    const offer =
      undo.kind === 'runbook' ? { command: undo.command, hosts: [] } : { command: undo.source, hosts: undo.hosts }
    yield { type: 'undo-offered', step: step.id, ...offer }
  }
}

/** A move back that the cluster has made by itself, because the group failed where it was sent, needs no command. */
function isThereAlready(inputs: Readonly<Record<string, unknown>>, status: ClusterStatus | undefined): boolean {
  const group = status?.groups[String(inputs['group'] ?? '')]
  if (!status || !group || group.node !== inputs['node']) return false
  return status.failures.some(failure => failure.group === group.name)
}

/** What was not there before and changes what the cluster will do: constraints, standby, maintenance, groups left alone, failures. */
function leftBehindOf(course: Course, status: ClusterStatus | undefined): string[] {
  if (!status || !course.changed) return []
  const before = new Set(course.before?.leftovers.map(leftover => leftover.id))
  const constraints = status.leftovers
    .filter(leftover => !before.has(leftover.id))
    .map(leftover => `constraint ${leftover.id} (${leftover.kind} ${leftover.node || 'a node'})`)
  const known = new Set(course.before?.failures.map(failure => `${failure.resource} ${failure.node} ${failure.task}`))
  const failures = status.failures
    .filter(failure => !known.has(`${failure.resource} ${failure.node} ${failure.task}`))
    .map(failure => `failure of ${failure.resource || 'fencing'} (${failure.task}) on ${failure.node}`)
  // A fencing that fails again and again is one thing to mend.
  return [...constraints, ...heldBack(status, course.before), ...new Set(failures), ...lost(status, course.before)]
}

/** Nodes that are not with the cluster any more: a stop that hung may have cost one its power, however well the rest went. */
function lost(now: ClusterStatus, before: ClusterStatus | undefined): string[] {
  return Object.values(now.nodes)
    .filter(node => !node.online && before?.nodes[node.name]?.online)
    .map(node => `${node.name} not online any more`)
}

/** What the cluster does not do any more until somebody says so. */
function heldBack(now: ClusterStatus, before: ClusterStatus | undefined): string[] {
  const standby = Object.values(now.nodes).filter(node => node.standby && !before?.nodes[node.name]?.standby)
  const alone = Object.values(now.groups).filter(
    group => !group.managed && before?.groups[group.name]?.managed !== false,
  )
  return [
    ...standby.map(node => `${node.name} in standby`),
    ...(now.maintenance && !before?.maintenance ? [`${now.cluster} in maintenance`] : []),
    ...(now.maintenance ? [] : alone.map(group => `${group.name} left alone by the cluster`)),
  ]
}
