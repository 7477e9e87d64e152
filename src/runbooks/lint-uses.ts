import type { Problem } from '../problem.ts'
import { allSteps, isChanging, stepsWithUsed } from './all-steps.ts'
import { type LoadedRunbook, RISKS, type Runbook, type Step, type StepOf } from './schema.ts'
import { problemAt } from './source-text.ts'
import { isInRange } from './version-range.ts'

/** A runbook that uses others must be able to: they exist, get what they need, are not more dangerous, and do not lead back to it. */
export function useProblems(one: LoadedRunbook, loaded: readonly LoadedRunbook[]): readonly Problem[] {
  const { runbook } = one
  const siblings = loaded.filter(other => other.runbook.stack === runbook.stack)
  const byName = (name: string) => siblings.find(other => other.runbook.name === name)?.runbook
  return allSteps(runbook).flatMap(step => {
    if (step.kind !== 'use') return []
    const used = byName(step.use)
    const complaints = used ? unfit(runbook, step, used, byName) : [`there is no such runbook for ${runbook.stack}.`]
    return complaints.map(text => atKey(one, `use: ${step.use}`, 'use', `Step ${step.id} uses ${step.use}: ${text}`))
  })
}

type ByName = (name: string) => Runbook | undefined

function unfit(runbook: Runbook, step: StepOf<'use'>, used: Runbook, byName: ByName): readonly string[] {
  const { version = '', with: given = {} } = step
  const round = wayBack(runbook.name, used, byName, [])
  return [
    ...(version === '' || isInRange(used.version, version) ? [] : [`it is ${used.version}, which is not ${version}.`]),
    ...(RISKS.indexOf(used.risk) > RISKS.indexOf(runbook.risk)
      ? [`it is ${used.risk}, but this runbook says its risk is ${runbook.risk}.`]
      : []),
    ...(stepsWithUsed(used, byName).some(isChanging) && !isApproved(runbook, step)
      ? ['it changes something, and no approval stands before this step. The approvals inside it are left out.']
      : []),
    ...(round ? [`that leads back to ${runbook.name} (${round.join(', ')}).`] : []),
    ...givenProblems(used, given),
  ]
}

/** What is wrong with the inputs that another runbook is given. */
export function givenProblems({ inputs }: Runbook, given: Readonly<Record<string, string>>): readonly string[] {
  const strange = Object.keys(given).filter(name => !Object.hasOwn(inputs, name))
  const missing = Object.entries(inputs).filter(
    ([name, spec]) => spec.default === undefined && spec.required !== false && !Object.hasOwn(given, name),
  )
  return [
    ...strange.map(name => `it has no input ${name}.`),
    ...missing.map(([name]) => `it needs ${name} under with.`),
  ]
}

function usesOf(runbook: Runbook, byName: ByName): readonly Runbook[] {
  return allSteps(runbook).flatMap(step => (step.kind === 'use' ? [byName(step.use) ?? []].flat() : []))
}

/** The runbooks over which a used one leads back to the first. */
function wayBack(
  name: string,
  used: Runbook,
  byName: ByName,
  before: readonly string[],
): readonly string[] | undefined {
  const way = [...before, used.name]
  if (used.name === name) return way
  if (before.includes(used.name)) return undefined
  for (const next of usesOf(used, byName)) {
    const found = wayBack(name, next, byName, way)
    if (found) return found
  }
  return undefined
}

/** An approval that may be skipped protects only what is skipped with it. */
function isApproved({ steps }: Runbook, use: Step): boolean {
  const at = steps.findIndex(step => step === use || (step.kind === 'rolling' && step.steps.includes(use)))
  const conditions = [use.if, steps[at]?.if]
  const gates = steps.slice(0, Math.max(0, at)).filter(step => step.kind === 'approve')
  return gates.some(gate => gate.if === undefined || conditions.includes(gate.if))
}

/** Points at the first line with this key; the parsed document is no longer at hand. */
export function atKey(one: LoadedRunbook, key: string, code: string, message: string): Problem {
  const start = Math.max(0, one.text.indexOf(key))
  return problemAt(one, start, start + key.length, { code, message })
}
