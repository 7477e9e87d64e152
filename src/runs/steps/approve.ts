import { digestOf } from '../../canonical.ts'
import { factsOf } from '../../runbooks/facts.ts'
import type { Facts, PlannedStepOf } from '../../runbooks/plan.ts'
import type { Course } from '../course.ts'
import type { RunEvent } from '../events.ts'

/** Opens the gate and ends the leg: no worker waits for a person. The time runs by Redis TIME. */
export async function* approveStep(step: PlannedStepOf<'approve'>, course: Course): AsyncGenerator<RunEvent, void> {
  const facts = course.changed ? await factsNow(course) : undefined
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
    ...(facts && { facts }),
  }
}

/** Behind changes the plan's facts are old: what is true now is what the approval will rest on. */
async function factsNow(course: Course): Promise<Facts | undefined> {
  const reading = await course.freshStatus()
  return reading.ok ? factsOf(reading.value) : undefined
}
