import { durationText } from '../runbooks/duration.ts'
import type { PlannedStep, PlannedStepOf } from '../runbooks/plan.ts'
import { afterGate } from './after-gate.ts'
import { isChange, openChange } from './changes.ts'
import { Course, type EnginePorts, type LegSurroundings, type StepResult } from './course.ts'
import { type Ended, ending } from './ending.ts'
import {
  allThrough,
  durationOf,
  type Events,
  endedBefore,
  type Hindrance,
  isApproved,
  isDone,
  mayGoOn,
  skipReason,
} from './going-on.ts'
import { settleRestored } from './settle-restored.ts'
import type { RunState } from './state.ts'
import { approveStep } from './steps/approve.ts'
import { changeStep } from './steps/change.ts'
import { checkStep } from './steps/check.ts'
import { measureStep } from './steps/measure.ts'
import { pauseStep } from './steps/pause.ts'
import { probeStep } from './steps/probe.ts'
import { askStep } from './steps/run.ts'
import { waitStep } from './steps/wait.ts'

/**
 * Carries a planned run on from where its journal stands: to the next gate, or to its end. Every event is yielded before what it
 * announces is done, and the caller must have it journalled before asking for the next one. Where what was approved no longer holds it
 * ends with `drifted`: before the first change a new plan is wanted then.
 */
export async function* carryOut(run: RunState, ports: EnginePorts, leg: LegSurroundings): Events {
  const plan = run.plan
  if (!plan) throw new Error(`run ${run.run} has no plan to carry out`)
  const course = new Course(run, plan, ports, leg)
  try {
    yield* stepByStep(run, course)
  } finally {
    course.close()
  }
}

async function* stepByStep(run: RunState, course: Course): Events {
  const { plan } = course
  if (isApproved(run) && run.restored) return yield* settleRestored(course)
  const hindrance = yield* beforeGoingOn(course)
  if (hindrance === 'drifted') return
  if (hindrance) return yield* ending(course, hindrance.step, hindrance)
  for (const step of plan.steps.filter(step => !isDone(run, step))) {
    const forbidden = mayNotBegin(step, course)
    if (forbidden) return yield* ending(course, step, forbidden)
    if (step.kind === 'approve') return yield* approveStep(step, course)
    const result = yield* oneStep(step, course)
    if (!mayGoOn(step, result)) return yield* ending(course, step, result)
  }
  return yield* allThrough(course)
}

/** What keeps this leg from beginning anything: a stop, a step that an earlier leg ended on, or that what was approved no longer holds. */
async function* beforeGoingOn(course: Course): Events<Hindrance | 'drifted' | undefined> {
  // Of a change under way the node is asked first, even when somebody has said stop: it may have to be ended there.
  if (course.signal.aborted && !openChange(course.run)) return course.stopped()
  const ended = endedBefore(course)
  if (ended) return ended
  return isApproved(course.run) ? yield* afterGate(course) : undefined
}

function mayNotBegin(step: PlannedStep, course: Course): Ended | undefined {
  if (openChange(course.run)?.step.id === step.id) return undefined
  if (course.signal.aborted) return course.stopped()
  if (course.isOverdue())
    return { outcome: 'timed-out', reason: `the whole took longer than ${durationText(course.plan.timeoutMs)}` }
  // The linter sees to it that every change stands behind an approval; this does not rely on it.
  if (isChange(step) && !isApproved(course.run)) return { outcome: 'refused', reason: 'nobody approved this change' }
  return undefined
}

async function* oneStep(step: Exclude<PlannedStep, PlannedStepOf<'approve'>>, course: Course): Events<StepResult> {
  const begunAt = course.ports.clock.monotonic()
  yield { type: 'step-started', step: step.id, again: false }
  const result = (await skipReason(step, course)) ?? (yield* ofItsKind(step, course))
  const durationMs = durationOf(step, course, begunAt)
  course.facts[step.id] = { exitCode: 0, stdout: '', ...course.facts[step.id], outcome: result.outcome }
  course.reasons.set(step.id, result.reason)
  yield { type: 'step-finished', step: step.id, again: false, ...result, durationMs }
  return result
}

async function* ofItsKind(step: Exclude<PlannedStep, PlannedStepOf<'approve'>>, course: Course): Events<StepResult> {
  switch (step.kind) {
    case 'run':
      return isChange(step) ? yield* changeStep(step, course) : yield* askStep(step, course)
    case 'check':
      return await checkStep(step, course)
    case 'wait':
      return yield* waitStep(step, course)
    case 'pause':
      return await pauseStep(step, course)
    case 'probe':
      return await probeStep(step, course)
    case 'measure':
      return yield* measureStep(step, course)
  }
}
