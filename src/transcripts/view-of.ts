import type { PlannedStep } from '../runbooks/plan.ts'
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
  const behind = left.length > 0 ? `left behind: ${left.join(', ')}` : run.lease ? 'nothing left behind' : ''
  const undo = run.undo.map(
    offer => `undo: /ha ${offer.command}${offer.hosts.length > 0 ? ` (on ${offer.hosts.join(', ')})` : ''}`,
  )
  return { lines: [...lines, behind].filter(Boolean), next: [...undo, ...run.finished.next] }
}

/** Checks that warned before or after the approval, and overrides in their own words. */
function warningsOf(run: RunState): string[] {
  const names = new Map((run.plan?.steps ?? []).map((step: PlannedStep) => [step.id, step]))
  const warned = Object.values({ ...run.steps, ...run.again }).filter(step => step.outcome === 'warned')
  return warned.map(step => {
    const planned = names.get(step.id)
    const name = planned?.name ?? step.id
    const override = planned?.kind === 'check' ? planned.override : undefined
    return override === undefined
      ? `not so: ${name}`
      : `check "${name}" overridden by ${run.speaker.name}: "${override}"`
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
