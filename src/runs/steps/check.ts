import type { PlannedStepOf } from '../../runbooks/plan.ts'
import type { Course, StepResult } from '../course.ts'

/** Judges a check over a status that is seconds old at most. What cannot be asked is `errored`, never false. */
export async function checkStep(step: PlannedStepOf<'check'>, course: Course): Promise<StepResult> {
  const reading = await course.status()
  if (!reading.ok) return course.unread(reading.problems)

  const judgement = course.judge(step, step.expression, reading.value)
  if (!judgement.ok) return { outcome: 'errored', reason: judgement.reason }
  if (judgement.holds) return { outcome: 'succeeded', reason: '' }
  return unmet(step, judgement.because)
}

function unmet(step: PlannedStepOf<'check'>, because: string): StepResult {
  const reason = `not so: ${because}`
  if (step.level === 'warn') return { outcome: 'warned', reason }
  if (step.override !== undefined) return { outcome: 'warned', reason: `${reason}; overridden: "${step.override}"` }
  return { outcome: 'failed', reason }
}
