import { digestOf } from '../../canonical.ts'
import type { PlannedStepOf } from '../../runbooks/plan.ts'
import type { Course } from '../course.ts'
import type { RunEvent } from '../events.ts'

/** Opens the gate and ends the leg: no worker waits for a person. The time runs by Redis TIME. */
export async function* approveStep(step: PlannedStepOf<'approve'>, course: Course): AsyncGenerator<RunEvent, void> {
  yield {
    type: 'gate-opened',
    gate: step.id,
    digest: digestOf(course.plan),
    text: step.text,
    count: step.count,
    from: step.from,
    confirm: step.confirm,
    expiresAt: (await course.ports.time()) + step.withinMs,
    token: course.ports.newToken(),
  }
}
