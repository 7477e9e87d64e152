import type { PlannedStep } from '../runbooks/plan.ts'
import { isChange, openChange } from './changes.ts'
import type { Course, StepResult } from './course.ts'
import { type Ended, ending } from './ending.ts'
import type { RunEvent } from './events.ts'
import type { RunState } from './state.ts'

export type Events<T = void> = AsyncGenerator<RunEvent, T>

/** Why nothing may follow, and the step it is about. */
export type Hindrance = Ended & { readonly step?: PlannedStep }

export function isApproved(run: RunState): boolean {
  return run.gates.some(gate => gate.result === 'approved')
}

export function isDone(run: RunState, step: PlannedStep): boolean {
  if (step.kind === 'approve') return run.gates.some(gate => gate.gate === step.id && gate.result === 'approved')
  return run.steps[step.id]?.outcome !== undefined
}

/** Whether what stands behind a step with this result may begin. */
export function mayGoOn(step: PlannedStep, result: StepResult): boolean {
  if (result.outcome === 'succeeded' || result.outcome === 'warned' || result.outcome === 'skipped') return true
  return result.outcome === 'failed' && 'onFailure' in step && step.onFailure === 'continue'
}

/** The step that an earlier leg ended on. */
export function endedBefore({ plan, run }: Course): Hindrance | undefined {
  for (const step of plan.steps) {
    const { outcome, reason = '' } = run.steps[step.id] ?? {}
    if (outcome && !mayGoOn(step, { outcome, reason })) return { outcome, reason, step }
  }
  return undefined
}

/** `on-failure: continue` lets the steps behind a failed one run; it does not make the run a success. */
export async function* allThrough(course: Course): Events {
  const failed = course.plan.steps.find(step => course.facts[step.id]?.outcome === 'failed')
  if (!failed) return yield* ending(course, undefined, { outcome: 'succeeded', reason: '' })
  return yield* ending(course, failed, { outcome: 'failed', reason: course.reasons.get(failed.id) ?? '' })
}

/** What a step took, in ms: under this leg, which came to it at `begunAt` (monotonic), and under an earlier one. */
export function durationOf(step: PlannedStep, course: Course, begunAt: number): number {
  return Math.round(earlier(step, course) + course.ports.clock.monotonic() - begunAt)
}

/** What a step had taken already when its first worker was lost: a change went on meanwhile. In ms, as far as the journal tells. */
function earlier(step: PlannedStep, { run }: Course): number {
  const open = run.steps[step.id]
  return open && isChange(step) && openChange(run)?.step.id === step.id
    ? Math.max(0, run.updatedAt - open.startedAt)
    : 0
}

/** A result when the step's `if` keeps it from running: skipped, or errored when that cannot be told. */
export async function skipReason(step: PlannedStep, course: Course): Promise<StepResult | undefined> {
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
