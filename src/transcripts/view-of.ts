import { hasChanged } from '../runs/changes.ts'
import { waitsForLook } from '../runs/held.ts'
import { marksNeeded, openStep } from '../runs/marks.ts'
import type { Outcome } from '../runs/outcome.ts'
import type { GateState, RunRecord, RunState } from '../runs/state.ts'
import { isTakeOverWanted } from '../runs/take-over.ts'
import type { GateView, Mark, RunAction, RunView } from './view.ts'
import { commandViews } from './view-commands.ts'
import { planFacts } from './view-facts.ts'
import { notesOf } from './view-notes.ts'
import { decisionsOf, driftLines, voidedPlans } from './view-people.ts'
import { stepViews } from './view-steps.ts'

/** A run ready to be drawn. `now` in ms ages the readings and the running clock; nothing else depends on it. */
export function viewOf(record: RunRecord, now: number): RunView {
  const run = record.state
  const gate = run.gates.at(-1)
  const open = openOf(run)
  return {
    run: run.run,
    number: run.number,
    cluster: run.plan?.cluster ?? run.request.cluster ?? '',
    mark: markOf(run),
    title: titleOf(run),
    asked: `${run.speaker.name} asked: /ha ${run.request.text}`,
    askedAt: run.requestedAt,
    elapsedMs: (run.phase === 'finished' ? (run.finished?.at ?? run.updatedAt) : now) - run.requestedAt,
    warnings: [...driftLines(run), ...warningsOf(run)],
    notes: notesOf(run),
    evidence: run.finished?.evidence ?? [],
    facts: planFacts(run, now),
    commands: run.plan ? commandViews(run.plan) : [],
    steps: stepViews(run, now),
    decisions: decisionsOf(run),
    voided: voidedPlans(run),
    ...(open && { open }),
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
  const now = run.finished?.summary.split('\n')[0] ?? run.plan?.title
  return now ?? (run.drift.length > 0 ? `planning again: ${run.request.text}` : run.request.text)
}

/** Of a run that waits for somebody who has looked. */
function openOf(run: RunState): RunView['open'] {
  const step = waitsForLook(run) ? openStep(run.plan, run.steps) : undefined
  if (step === undefined) return undefined
  const name = run.plan?.steps.find(one => one.id === step)?.name ?? step
  return { step, name, people: marksNeeded(run.plan, step) }
}

function endingOf(run: RunState): { lines: readonly string[]; next: readonly string[] } {
  if (!run.finished) return { lines: [], next: [] }
  const [, ...lines] = run.finished.summary.split('\n')
  const left = run.finished.leftBehind
  const behind = left.length > 0 ? `left behind: ${left.join(', ')}` : isClean(run) ? 'nothing left behind' : ''
  return { lines: [...lines, behind].filter(Boolean), next: nextOf(run, run.finished) }
}

/** What was proposed at the end is void as soon as the run does not wait for anybody any more. */
function nextOf(run: RunState, { outcome, next }: NonNullable<RunState['finished']>): string[] {
  const undo = run.undo.map(undoText)
  if (outcome !== 'unknown') return [...undo, ...next]
  // Of what is not known nobody should begin by taking it back.
  return [...(waitsForLook(run) ? next : lookFirst(run)), ...undo]
}

function lookFirst({ plan }: RunState): string[] {
  return plan ? [`look at the cluster: /ha status on ${plan.cluster}`] : []
}

/** Said only of a run that may have changed something, whose end is known and was seen, and none of whose changes was ended half-way. */
function isClean(run: RunState): boolean {
  const executions = Object.values(run.steps).flatMap(step => step.executions)
  if (executions.some(({ begun, outcome }) => begun && outcome === 'cancelled')) return false
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

function gateView(gate: GateState): GateView {
  const approved = gate.decisions.filter(decision => decision.decision === 'approve').length
  const { token, digest, text, expiresAt, count, from, confirm } = gate
  return { gate: gate.gate, token, digest, text, expiresAt, count, approved, from, confirm }
}

function actionsOf(run: RunState): RunAction[] {
  if (run.phase === 'waiting') return ['approve', 'deny', 'details']
  const details: RunAction[] = run.plan ? ['details'] : []
  if (waitsForLook(run)) return ['resume', ...(openOf(run) ? ['mark-done' as const] : []), 'stop', ...details]
  if (run.phase === 'finished') return details
  return run.stop || isTakeOverWanted(run) ? details : ['stop', ...details]
}
