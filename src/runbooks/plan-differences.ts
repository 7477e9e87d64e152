import { canonicalJson } from '../canonical.ts'
import type { Plan, PlannedStep } from './plan.ts'

/**
 * What a plan made now says otherwise than the one that was approved, a sentence each. The facts are compared by themselves (facts.ts), and
 * the hosts stay as they were chosen: a healthy node is not exchanged because another one would be chosen today.
 */
export function planDifferences(approved: Plan, now: Plan): string[] {
  if (approved.runbook.sha256 !== now.runbook.sha256) return [runbookDifference(approved.runbook, now.runbook)]
  const inputs = inputDifferences(approved, now)
  // The steps follow from the inputs: to name them all would hide what changed.
  return [...inputs, ...keyDifferences(approved, now), ...(inputs.length > 0 ? [] : stepDifferences(approved, now))]
}

/** A file that is not locked may change under its version. */
function runbookDifference({ name, version }: Plan['runbook'], now: Plan['runbook']): string {
  if (version === now.version) return `the text of the runbook ${name} ${version} changed`
  return `the runbook ${name} was ${version} and is now ${now.version}`
}

function inputDifferences(approved: Plan, now: Plan): string[] {
  const names = [...new Set([...Object.keys(approved.inputs), ...Object.keys(now.inputs)])]
  return names
    .filter(name => approved.inputs[name] !== now.inputs[name])
    .map(name => `${name} was ${approved.inputs[name] ?? 'nothing'} and would now be ${now.inputs[name] ?? 'nothing'}`)
}

function keyDifferences(approved: Plan, now: Plan): string[] {
  return Object.keys({ ...approved.hostKeys, ...now.hostKeys })
    .filter(node => canonicalJson(approved.hostKeys[node] ?? []) !== canonicalJson(now.hostKeys[node] ?? []))
    .map(node => `the host key that is pinned for ${node} changed`)
}

function stepDifferences(approved: Plan, now: Plan): string[] {
  return approved.steps.flatMap((step, index) => {
    const other = now.steps[index]
    if (other && canonicalJson(essence(step)) === canonicalJson(essence(other))) return []
    return [`"${step.name}" would be done with other values`]
  })
}

/** A step without what may be chosen anew at any time. */
function essence(step: PlannedStep): unknown {
  if (step.kind !== 'run') return step
  const { hosts: _, undo: __, ...rest } = step
  return rest
}
