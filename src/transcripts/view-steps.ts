import { foldNames } from '../clusters/fold-names.ts'
import { durationText } from '../runbooks/duration.ts'
import type { PlannedStep } from '../runbooks/plan.ts'
import type { StepOutcome } from '../runs/events.ts'
import type { RunState, StepState } from '../runs/state.ts'
import type { StepMark, StepView } from './view.ts'

const MARK_OF: Record<StepOutcome, StepMark> = {
  succeeded: 'done',
  warned: 'warned',
  failed: 'failed',
  errored: 'failed',
  'timed-out': 'failed',
  unknown: 'unknown',
  cancelled: 'stopped',
  skipped: 'skipped',
}

/** Every step of the plan as it stands; gates are told by the decisions, not in this list. */
export function stepViews(run: RunState, now: number): StepView[] {
  const steps = run.plan?.steps ?? []
  return steps.filter(step => step.kind !== 'approve').map(step => stepView(step, run.steps[step.id], run, now))
}

function stepView(step: PlannedStep, state: StepState | undefined, run: RunState, now: number): StepView {
  const hosts = step.kind === 'run' ? foldNames(step.hosts) : ''
  const base = { id: step.id, name: step.name, hosts }
  if (!state) return { ...base, mark: run.phase === 'finished' ? 'skipped' : 'ahead', detail: onlyIf(step), tail: '' }
  if (!state.outcome) return { ...base, mark: 'running', detail: runningDetail(step, state, now), tail: '' }
  const { durationMs, outcome } = state
  return { ...base, mark: MARK_OF[outcome], durationMs, detail: state.reason, tail: tailOf(state) }
}

function onlyIf(step: PlannedStep): string {
  return step.if === undefined ? '' : `only if ${step.if}`
}

function runningDetail(step: PlannedStep, state: StepState, now: number): string {
  const progress = Object.values(state.progress).filter(Boolean).join(' · ')
  const elapsed = durationText(Math.max(0, now - state.startedAt))
  const time = step.kind === 'wait' || step.kind === 'run' ? `${elapsed} of ${durationText(step.timeoutMs)}` : elapsed
  return [time, progress].filter(Boolean).join(' · ')
}

/** The last words of the execution that went wrong. */
function tailOf(state: StepState): string {
  if (state.outcome === 'succeeded') return ''
  const bad = state.executions.filter(execution => execution.outcome !== 'succeeded').at(-1)
  return (bad?.stderr?.tail || bad?.stdout?.tail || '').trimEnd()
}
