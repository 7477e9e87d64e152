import { begunChange, type ChangeStep, isSentToAll } from './changes.ts'
import type { Course } from './course.ts'
import { ending } from './ending.ts'
import type { RunEventOf } from './events.ts'
import { allThrough, durationOf, type Events, endedBefore, isDone } from './going-on.ts'
import { heldBy } from './held.ts'
import { holdsCluster } from './holds-cluster.ts'
import { restoredReason } from './restored-reason.ts'
import { changeStep } from './steps/change.ts'

/**
 * A run that Redis had forgotten: what became of a change under way is asked of its nodes, and nothing else is begun. Where that leaves
 * nothing to do the run has its true end; otherwise a person decides.
 */
export async function* settleRestored(course: Course): Events {
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
