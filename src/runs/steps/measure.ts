import { durationText } from '../../runbooks/duration.ts'
import type { PlannedStepOf } from '../../runbooks/plan.ts'
import type { Asking, Course, StepResult } from '../course.ts'
import type { RunEvent } from '../events.ts'
import { answeredLast, gapsOf, type Measured, measuredFrom, measuredText } from '../measured.ts'

type MeasureStep = PlannedStepOf<'measure'>

/** How long a line about an outage that goes on is left as it is. */
const SAY_EVERY_MS = 5000

/**
 * Waits until the service answers steadily, and says how long clients were without it. That is seen from outside: it says nothing of what the
 * cluster did, so running out of time is `failed`, not unknown.
 */
export async function* measureStep(step: MeasureStep, course: Course): AsyncGenerator<RunEvent, StepResult> {
  const asking = course.asking.get(step.probe)
  if (!asking) return notMeasured(step, course)
  const interrupted = yield* untilSteady(step, course, asking)
  course.stopAsking(step.probe)
  const { watching, target, everyMs, offsetMs } = asking
  const measured = measuredFrom(watching.rounds, { target, everyMs, steady: step.steady, offsetMs })
  course.measured.set(step.id, measured)
  return { ...(interrupted ?? judged(step, measured)), measured }
}

/** A result when it did not come to that. */
async function* untilSteady(
  step: MeasureStep,
  course: Course,
  asking: Asking,
): AsyncGenerator<RunEvent, StepResult | undefined> {
  const { clock } = course.ports
  const deadline = clock.monotonic() + step.timeoutMs
  let said = { isAnswered: true, at: Number.NEGATIVE_INFINITY }
  for (;;) {
    const { rounds } = asking.watching
    const inARow = answeredLast(rounds)
    if (inARow >= step.steady) return undefined
    const now = clock.monotonic()
    if (now >= deadline) return expired(step, asking)
    const isAnswered = inARow > 0
    if (isAnswered !== said.isAnswered || (!isAnswered && now - said.at >= SAY_EVERY_MS)) {
      said = { isAnswered, at: now }
      yield { type: 'step-progress', step: step.id, host: '', text: progress(step, asking, now) }
    }
    await asking.watching.more(rounds.length, course.signal)
    if (course.signal.aborted) return { ...course.stopped(), reason: `${course.stopped().reason} while measuring` }
  }
}

function progress({ steady }: MeasureStep, { watching }: Asking, now: number): string {
  const gap = gapsOf(watching.rounds).at(-1)
  if (!gap?.open) return `answers; waiting for ${steady} answers in a row`
  return `no answer since ${durationText(Math.round((now - gap.failedMs) / 1000) * 1000)} (${gap.reason})`
}

function expired(step: MeasureStep, { watching, target }: Asking): StepResult {
  const last = watching.rounds.at(-1)
  const now = last?.answered === false ? `: ${last.reason}` : ''
  const reason = `${target} did not answer ${step.steady} times in a row within ${durationText(step.timeoutMs)}${now}`
  return { outcome: 'failed', reason }
}

function judged({ mostMs }: MeasureStep, measured: Measured): StepResult {
  const text = measuredText(measured)
  if (mostMs === undefined || measured.longestMs <= mostMs) return { outcome: 'succeeded', reason: text }
  return { outcome: 'failed', reason: `${text}; that is longer than ${durationText(mostMs)}` }
}

/** Nobody asks now: it was not wanted, or it was this run's earlier worker that did. */
function notMeasured(step: MeasureStep, course: Course): StepResult {
  const outcome = course.facts[step.probe]?.outcome
  const name = course.plan.steps.find(({ id }) => id === step.probe)?.name ?? step.probe
  if (outcome === 'skipped') return { outcome, reason: `"${name}" was skipped` }
  if (outcome !== 'succeeded') return { outcome: 'failed', reason: `not measured: "${name}" did not succeed` }
  const isResumed = course.run.resumes.length + course.run.marks.length > 0
  const why = isResumed ? 'nobody asked while the run stood still' : 'the worker that asked ended meanwhile'
  return { outcome: 'failed', reason: `not measured: ${why}` }
}
