import { hasChanged } from '../runs/changes.ts'
import type { Outcome } from '../runs/outcome.ts'
import type { GateState, RunRecord, RunState } from '../runs/state.ts'
import { clockText } from './times.ts'
import type { GateView, Mark, RunAction, RunView } from './view.ts'
import { commandViews } from './view-commands.ts'
import { planFacts } from './view-facts.ts'
import { stepViews } from './view-steps.ts'

/** A run ready to be drawn. `now` in ms ages the readings and the running clock; nothing else depends on it. */
export function viewOf(record: RunRecord, now: number): RunView {
  const run = record.state
  const gate = run.gates.at(-1)
  return {
    run: run.run,
    number: run.number,
    cluster: run.plan?.cluster ?? run.request.cluster ?? '',
    mark: markOf(run),
    title: titleOf(run),
    asked: `${run.speaker.name} asked: /ha ${run.request.text}`,
    askedAt: run.requestedAt,
    elapsedMs: (run.phase === 'finished' ? run.updatedAt : now) - run.requestedAt,
    warnings: warningsOf(run),
    facts: planFacts(run, now),
    commands: run.plan ? commandViews(run.plan) : [],
    steps: stepViews(run, now),
    decisions: decisionsOf(run),
    ...(gate && gate.result === undefined && run.phase === 'waiting' && { gate: gateView(gate) }),
    ...(run.finished && { ending: endingOf(run) }),
    problems: run.problems,
    actions: actionsOf(run),
  }
}

const MARK_OF_OUTCOME: Record<Outcome, Mark> = {
  succeeded: 'succeeded',
  failed: 'failed',
  errored: 'failed',
  'timed-out': 'failed',
  unknown: 'unknown',
  denied: 'stopped',
  expired: 'stopped',
  cancelled: 'stopped',
  refused: 'refused',
}

function markOf(run: RunState): Mark {
  if (run.finished) return MARK_OF_OUTCOME[run.finished.outcome]
  if (run.phase === 'finished') return 'refused'
  if (run.phase === 'waiting') return 'waiting'
  return run.plan ? 'running' : 'planning'
}

function titleOf(run: RunState): string {
  return run.finished?.summary.split('\n')[0] ?? run.plan?.title ?? run.request.text
}

function endingOf(run: RunState): { lines: readonly string[]; next: readonly string[] } {
  if (!run.finished) return { lines: [], next: [] }
  const [, ...lines] = run.finished.summary.split('\n')
  const left = run.finished.leftBehind
  const behind = left.length > 0 ? `left behind: ${left.join(', ')}` : isClean(run) ? 'nothing left behind' : ''
  const undo = run.undo.map(undoText)
  // Of what is not known nobody should begin by taking it back.
  const next = run.finished.outcome === 'unknown' ? [...run.finished.next, ...undo] : [...undo, ...run.finished.next]
  return { lines: [...lines, behind].filter(Boolean), next }
}

/** Said only of a run that may have changed something and whose end is known and was seen. */
function isClean(run: RunState): boolean {
  return hasChanged(run) && run.finished?.status !== undefined && run.finished.outcome !== 'unknown'
}

/** An undo without hosts is another runbook, to be asked for; with hosts it is a script to be run there. */
function undoText({ command, hosts }: RunState['undo'][number]): string {
  return hosts.length > 0 ? `undo, on ${hosts.join(', ')}: ${command.trim()}` : `undo: /ha ${command}`
}

/** Overrides in their own words, needed or not, and checks that warned before or after the approval. */
function warningsOf(run: RunState): string[] {
  const states = { ...run.steps, ...run.again }
  return (run.plan?.steps ?? []).flatMap(step => {
    const override = step.kind === 'check' ? step.override : undefined
    if (override !== undefined) return [`check "${step.name}" overridden by ${run.speaker.name}: "${override}"`]
    return states[step.id]?.outcome === 'warned' ? [`not so: ${step.name}`] : []
  })
}

function decisionsOf(run: RunState): string[] {
  return run.gates.flatMap(gate =>
    gate.decisions.map(decision => {
      const word = decision.decision === 'approve' ? 'approved' : 'denied'
      const reason = decision.reason ? `: "${decision.reason}"` : ''
      return `${word} by ${decision.speaker.name} ${clockText(decision.at)} UTC${reason}`
    }),
  )
}

function gateView(gate: GateState): GateView {
  const approved = gate.decisions.filter(decision => decision.decision === 'approve').length
  const { token, digest, text, expiresAt, count, from, confirm } = gate
  return { gate: gate.gate, token, digest, text, expiresAt, count, approved, from, confirm }
}

function actionsOf(run: RunState): RunAction[] {
  if (run.phase === 'waiting') return ['approve', 'deny', 'details']
  if (run.phase === 'finished') return run.plan ? ['details'] : []
  return run.plan ? ['stop', 'details'] : ['stop']
}
