import type { ClusterStatus, Failure } from '../../clusters/status.ts'
import { problemText, type Result } from '../../problem.ts'
import { durationText } from '../../runbooks/duration.ts'
import type { PlannedStepOf } from '../../runbooks/plan.ts'
import type { Course, StepResult } from '../course.ts'
import type { RunEvent } from '../events.ts'
import { progressText } from '../progress-text.ts'
import { subjectOf } from '../surroundings.ts'

/** Settled reads with a new failure after which a wait need not go on: the cluster has said no. */
const SETTLED_READS = 2

interface Watch {
  inARow: number
  settledWithFailure: number
  said: string
  /** The part of the condition that did not hold at the last look. */
  unmet: string
  lastTrouble: string
}

/**
 * Reads the status until the condition holds `stable` times in a row. After a change, running out of time is `unknown`, never failed
 * (ha-stacks.md §9.17); but a cluster that has settled with a new failure has answered: `failed`.
 */
export async function* waitStep(step: PlannedStepOf<'wait'>, course: Course): AsyncGenerator<RunEvent, StepResult> {
  const { clock } = course.ports
  const deadline = clock.monotonic() + step.timeoutMs
  const watch: Watch = { inARow: 0, settledWithFailure: 0, said: '', unmet: step.expression, lastTrouble: '' }
  while (clock.monotonic() < deadline) {
    const reading = await course.freshStatus()
    const result = look(step, course, watch, reading)
    if (result) return result

    const text = reading.ok ? progressText(subjectOf(step, course.plan), reading.value) : watch.lastTrouble
    if (text !== watch.said) yield { type: 'step-progress', step: step.id, host: '', text }
    watch.said = text
    await clock.sleep(Math.min(step.everyMs, Math.max(0, deadline - clock.monotonic())), course.signal)
    if (course.signal.aborted) return interrupted(course)
  }
  return expired(step, course, watch)
}

function look(
  step: PlannedStepOf<'wait'>,
  course: Course,
  watch: Watch,
  reading: Result<ClusterStatus>,
): StepResult | undefined {
  watch.lastTrouble = ''
  if (!reading.ok) {
    watch.inARow = 0
    watch.lastTrouble = reading.problems.map(problemText).join('\n')
    return undefined
  }
  const judgement = course.judge(step, step.expression, reading.value)
  if (!judgement.ok) {
    watch.inARow = 0
    watch.lastTrouble = judgement.reason
    return undefined
  }
  watch.inARow = judgement.holds ? watch.inARow + 1 : 0
  if (!judgement.holds) watch.unmet = judgement.because
  if (watch.inARow >= step.stable) return { outcome: 'succeeded', reason: '' }
  return judgement.holds ? undefined : refusedByCluster(step, course, watch, reading.value)
}

function refusedByCluster(
  step: PlannedStepOf<'wait'>,
  course: Course,
  watch: Watch,
  status: ClusterStatus,
): StepResult | undefined {
  const fresh = course.changed ? newFailures(step, course, status) : []
  watch.settledWithFailure = status.settled && fresh.length > 0 ? watch.settledWithFailure + 1 : 0
  if (watch.settledWithFailure < SETTLED_READS) return undefined
  return { outcome: 'failed', reason: fresh.map(failureText).join('; ') }
}

/** Failures since the first change that concern this run: those of its group, if it is about one, and of fencing. */
function newFailures(step: PlannedStepOf<'wait'>, { before, plan }: Course, now: ClusterStatus): Failure[] {
  const known = new Set((before?.failures ?? []).map(failureKey))
  const group = String(subjectOf(step, plan)['group'] ?? '')
  const concerns = (failure: Failure) => group === '' || failure.group === group || failure.resource === ''
  return now.failures.filter(failure => concerns(failure) && !known.has(failureKey(failure)))
}

function failureKey(failure: Failure): string {
  return [failure.resource, failure.node, failure.task, failure.at].join(' ')
}

/** `server2_daemon start on node5: "port 3334 in use"`. */
export function failureText(failure: Failure): string {
  const reason = failure.reason ? `: "${failure.reason}"` : ''
  return `${failure.resource || 'fencing'} ${failure.task} on ${failure.node}${reason}`
}

function expired(step: PlannedStepOf<'wait'>, course: Course, watch: Watch): StepResult {
  const trouble = watch.lastTrouble ? ` The cluster could not be asked: ${watch.lastTrouble}` : ''
  const reason = `not so within ${durationText(step.timeoutMs)}: ${watch.unmet}.${trouble}`
  return { outcome: course.changed ? 'unknown' : 'timed-out', reason }
}

function interrupted(course: Course): StepResult {
  const { reason } = course.stopped()
  return { outcome: course.changed ? 'unknown' : 'cancelled', reason: `${reason} while waiting` }
}
