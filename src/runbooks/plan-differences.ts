import { canonicalJson } from '../canonical.ts'
import type { Plan, PlannedStep } from './plan.ts'

/**
 * What a plan made now says otherwise than the one that was approved, a sentence each. The facts are compared by themselves (facts.ts), and
 * the hosts stay as they were chosen: a healthy node is not exchanged because another one would be chosen today.
 */
export function planDifferences(approved: Plan, now: Plan): string[] {
  if (approved.runbook.sha256 !== now.runbook.sha256) return [runbookDifference(approved.runbook, now.runbook)]
  const uses = useDifferences(approved, now)
  if (uses.length > 0) return uses
  const others = [...inputDifferences(approved, now), ...orderDifferences(approved, now)]
  // The steps follow from these: to name them all would hide what changed.
  return [...others, ...keyDifferences(approved, now), ...(others.length > 0 ? [] : stepDifferences(approved, now))]
}

function useDifferences(approved: Plan, now: Plan): string[] {
  return (approved.uses ?? []).flatMap(used => {
    const other = now.uses?.find(one => one.name === used.name)
    return other === undefined || other.sha256 === used.sha256 ? [] : [runbookDifference(used, other)]
  })
}

/** The nodes of each rolling in the order of their turns, by its title. */
function turnsOf({ steps }: Plan): Map<string, string[]> {
  const turns = new Map<string, string[]>()
  for (const turn of steps.flatMap(({ scope }) => scope?.turn ?? [])) {
    const nodes = turns.get(turn.title) ?? []
    if (!nodes.includes(turn.node)) turns.set(turn.title, [...nodes, turn.node])
  }
  return turns
}

function orderDifferences(approved: Plan, now: Plan): string[] {
  const others = turnsOf(now)
  return [...turnsOf(approved)].flatMap(([title, nodes]) => {
    const was = nodes.join(', ')
    const is = others.get(title)?.join(', ') ?? 'no node'
    return was === is ? [] : [`"${title}" would go to ${is} instead of ${was}, in this order`]
  })
}

type Versioned = Pick<Plan['runbook'], 'name' | 'version'>

/** A file that is not locked may change under its version. */
function runbookDifference({ name, version }: Versioned, now: Versioned): string {
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
    // What is shown of a copy follows from the copy.
    if (step.kind === 'run' && step.file !== undefined && step.change === undefined) return []
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
