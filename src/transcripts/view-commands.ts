import type { Plan, PlannedStepOf, PlannedUndo } from '../runbooks/plan.ts'
import type { CommandView } from './view.ts'

/** The changes of a plan with everything an approver agrees to. */
export function commandViews(plan: Plan): CommandView[] {
  return plan.steps.flatMap(step => (step.kind === 'run' && step.change ? [commandView(step, step.change)] : []))
}

function commandView(step: PlannedStepOf<'run'>, change: 'disruptive' | 'destructive'): CommandView {
  const values = Object.fromEntries(Object.entries(step.values).map(([name, value]) => [name, String(value)]))
  return {
    step: step.name,
    hosts: step.hosts,
    change,
    source: step.source.trimEnd(),
    values: usedValues(step.source, values),
    timeoutMs: step.timeoutMs,
    undo: undoText(step.undo),
    onlyIf: step.if ?? '',
  }
}

/** Only the variables the script names: the others are there but say nothing to a reader. */
function usedValues(source: string, values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => new RegExp(`\\$\\{?${name}\\b`).test(source)))
}

function undoText(undo: PlannedUndo | undefined): string {
  if (!undo) return ''
  return undo.kind === 'runbook' ? `/ha ${undo.command}` : undo.source.trim()
}
