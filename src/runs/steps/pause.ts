import type { PlannedStepOf } from '../../runbooks/plan.ts'
import type { Course, StepResult } from '../course.ts'

/** Lets time pass; a stop ends it at once. */
export async function pauseStep(step: PlannedStepOf<'pause'>, course: Course): Promise<StepResult> {
  await course.ports.clock.sleep(step.forMs, course.signal)
  if (course.signal.aborted) return course.stopped()
  return { outcome: 'succeeded', reason: '' }
}
