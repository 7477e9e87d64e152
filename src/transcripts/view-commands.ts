import type { Plan, PlannedStep, PlannedStepOf, PlannedUndo } from '../runbooks/plan.ts'
import type { CommandView } from './view.ts'

/** The changes of a plan with everything an approver agrees to. What a rolling does alike on each of its nodes is told once. */
export function commandViews(plan: Plan): CommandView[] {
  const views = new Map<string, CommandView>()
  for (const step of plan.steps) {
    if (step.kind !== 'run' || !step.change) continue
    const view = commandView(step, step.change, plan)
    const key = view.inTurn ? JSON.stringify({ ...view, hosts: [] }) : step.id
    const known = views.get(key)
    views.set(key, known ? { ...known, hosts: [...known.hosts, ...step.hosts] } : view)
  }
  return [...views.values()]
}

function commandView(step: PlannedStepOf<'run'>, change: 'disruptive' | 'destructive', plan: Plan): CommandView {
  const values = Object.fromEntries(Object.entries(step.values).map(([name, value]) => [name, String(value)]))
  const turn = step.scope?.turn
  const inTurn = turn !== undefined && step.hosts.length === 1 && step.hosts[0] === turn.node
  return {
    step: inTurn ? `${turn.title} · ${step.name.replace(`${turn.node}: `, '')}` : step.name,
    hosts: step.hosts,
    change,
    source: step.source.trimEnd(),
    values: usedValues(step.source, values),
    timeoutMs: step.timeoutMs,
    undo: undoText(step.undo),
    onlyIf: onlyIf(step, plan),
    inTurn,
  }
}

/** Its own condition, and those of what it is part of. */
function onlyIf(step: PlannedStep, plan: Plan): string {
  const outer = plan.steps.find(one => one.id === step.scope?.onlyAfter)
  return [...(outer ? [onlyIf(outer, plan)] : []), step.if ?? ''].filter(Boolean).join(' and ')
}

/** Only the variables the script names: the others are there but say nothing to a reader. */
function usedValues(source: string, values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => new RegExp(`\\$\\{?${name}\\b`).test(source)))
}

function undoText(undo: PlannedUndo | undefined): string {
  if (!undo) return ''
  return undo.kind === 'runbook' ? `/ha ${undo.command}` : undo.source.trim()
}
