import { parseServiceAddress } from '../../clusters/service-address.ts'
import type { PlannedStepOf } from '../../runbooks/plan.ts'
import type { Course, StepResult } from '../course.ts'
import type { Watching } from '../ports.ts'

type ProbeStep = PlannedStepOf<'probe'>

/** Asks until so many requests in a row were answered; what is measured later is asked on in the background of this leg. */
export async function probeStep(step: ProbeStep, course: Course): Promise<StepResult> {
  const target = parseServiceAddress(step.target)
  if (!target) return { outcome: 'failed', reason: NO_ADDRESS }
  const { watching } = await course.ask(step, target)
  const result = await answersInARow(step, course, watching)
  if (result.outcome !== 'succeeded' || !isMeasured(step, course)) course.stopAsking(step.id)
  return result
}

const NO_ADDRESS =
  'the inventory does not say where clients reach it; add service: "host:port" to the group under clusters.<cluster>.groups in ha.yaml'

function isMeasured({ id }: ProbeStep, { plan }: Course): boolean {
  return plan.steps.some(step => step.kind === 'measure' && step.probe === id)
}

async function answersInARow(step: ProbeStep, course: Course, watching: Watching): Promise<StepResult> {
  for (let seen = 0; seen < step.times; seen++) {
    await watching.more(seen, course.signal)
    if (course.signal.aborted) return course.stopped()
    const refused = watching.rounds.find(round => !round.answered)
    if (refused) return { outcome: 'failed', reason: `${step.target} does not answer: ${refused.reason}` }
  }
  return { outcome: 'succeeded', reason: `${step.target} answers` }
}
