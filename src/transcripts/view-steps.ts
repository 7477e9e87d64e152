import { foldNames } from '../clusters/fold-names.ts'
import { durationText } from '../runbooks/duration.ts'
import type { PlannedStep } from '../runbooks/plan.ts'
import type { StepOutcome } from '../runs/events.ts'
import type { RunState, StepState } from '../runs/state.ts'
import { askingText } from './outage.ts'
import { type Row, underTurns } from './turns.ts'
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
  const shown = steps.filter(step => step.kind !== 'approve')
  const rows = shown.map(step => ({
    kind: step.kind,
    turn: step.scope?.turn,
    view: stepView(step, run.steps[step.id], run, now),
  }))
  return folded(underTurns(rows))
}

/** So many checks in a row that hold are one line: what matters is what comes after them. The transcript names each. */
const FOLD_FROM = 3

function folded(steps: readonly Row[]): StepView[] {
  const views: StepView[] = []
  let row: StepView[] = []
  const endRow = () => {
    views.push(...(row.length < FOLD_FROM ? row : [oneLine(row)]))
    row = []
  }
  for (const { kind, view } of steps) {
    if (kind === 'check' && view.mark === 'done') row.push(view)
    else {
      endRow()
      views.push(view)
    }
  }
  endRow()
  return views
}

function oneLine(row: readonly StepView[]): StepView {
  const durationMs = row.reduce((sum, view) => sum + (view.durationMs ?? 0), 0)
  return {
    id: row.map(view => view.id).join(' '),
    name: `${row.length} checks hold`,
    mark: 'done',
    hosts: '',
    durationMs,
    detail: '',
    tail: '',
  }
}

function stepView(step: PlannedStep, state: StepState | undefined, run: RunState, now: number): StepView {
  const hosts = step.kind === 'run' ? foldNames(step.hosts) : ''
  const base = { id: step.id, name: step.name, hosts }
  if (!state)
    return { ...base, mark: run.phase === 'finished' ? 'skipped' : 'ahead', detail: aheadDetail(step), tail: '' }
  if (!state.outcome) return { ...base, mark: 'running', detail: runningDetail(step, state, now), tail: '' }
  const { durationMs, outcome, measured } = state
  return { ...base, mark: MARK_OF[outcome], durationMs, ...toldOf(step, state), ...(measured && { measured }) }
}

/** Of a comparison the difference is worth more than what the nodes printed. */
function toldOf(step: PlannedStep, state: StepState): Pick<StepView, 'detail' | 'tail'> {
  if (step.kind !== 'run' || !step.compare) return { detail: state.reason, tail: tailOf(state) }
  const [detail = '', ...difference] = state.reason.split('\n')
  return { detail, tail: difference.length > 0 ? difference.join('\n') : tailOf(state) }
}

function aheadDetail(step: PlannedStep): string {
  const asks = step.kind === 'probe' ? askingText(step) : ''
  return [asks, step.if === undefined ? '' : `only if ${step.if}`].filter(Boolean).join(' · ')
}

function runningDetail(step: PlannedStep, state: StepState, now: number): string {
  const progress = Object.values(state.progress).filter(Boolean).join(' · ')
  const elapsed = durationText(Math.max(0, now - state.startedAt))
  const hasLimit = step.kind === 'wait' || step.kind === 'run' || step.kind === 'measure'
  const time = hasLimit ? `${elapsed} of ${durationText(step.timeoutMs)}` : elapsed
  return [time, progress].filter(Boolean).join(' · ')
}

/** The last words of the execution that went wrong. */
function tailOf(state: StepState): string {
  if (state.outcome === 'succeeded') return ''
  const bad = state.executions.filter(execution => execution.outcome !== 'succeeded').at(-1)
  return (bad?.stderr?.tail || bad?.stdout?.tail || '').trimEnd()
}
