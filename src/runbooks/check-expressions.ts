import { isMap, type Scalar } from 'yaml'
import type { Problem } from '../problem.ts'
import type { Draft, DraftStep } from './draft.ts'
import { checkExpression } from './expression-check.ts'
import type { Expected } from './expression-results.ts'
import type { Moment, Scope } from './expression-scope.ts'
import { type InputCelType, inputCelTypes } from './expression-types.ts'
import { isLiteralDefault } from './input-defaults.ts'
import { findingProblems } from './rules-command.ts'
import { checkTemplate } from './templates.ts'
import { isText, keysOf, textNode, valueNode } from './yaml-nodes.ts'

/** One expression (or text with expressions) in the file, with what may be used in it and what it must give. */
interface Site {
  readonly node: Scalar<string>
  readonly scope: Scope
  readonly expected: Expected | 'template'
}

/** Everything wrong with the expressions of a runbook, at the very characters, steps with other mistakes included. */
export function expressionProblems(draft: Draft): readonly Problem[] {
  const sites = [...defaultSites(draft), ...draft.steps.flatMap((step, index) => stepSites(draft, step, index))]
  return sites.flatMap(({ node, scope, expected }) => {
    const isTemplate = expected === 'template'
    const findings = isTemplate ? checkTemplate(node.value, scope) : checkExpression(node.value, scope, expected)
    return findingProblems(draft, node, findings)
  })
}

/** Inputs whose type could not be read may be anything: that is a problem already. */
function inputTypes(draft: Draft): Readonly<Record<string, InputCelType>> {
  const unreadable = draft.inputNames.map(name => [name, 'dyn'] as const)
  return { ...Object.fromEntries(unreadable), ...inputCelTypes(draft.inputs) }
}

/** What is known at this step: of the steps inside a `rolling`, only those for the same node have ended before it. */
function scopeAt(draft: Draft, moment: Moment, index: number): Scope {
  const within = draft.steps[index]?.within
  const seen = (steps: readonly DraftStep[]) =>
    steps.filter(step => hasOutcome(step) && isIn(step.within, within)).map(step => step.id)
  return {
    inputs: inputTypes(draft),
    steps: seen(draft.steps),
    moment,
    stepsBefore: seen(draft.steps.slice(0, index)),
    ...(within && { inRolling: true }),
  }
}

function isIn(scope: DraftStep | undefined, own: DraftStep | undefined): boolean {
  return scope === undefined || scope === own
}

/** What they consist of is told step by step. */
function hasOutcome({ kind }: DraftStep): boolean {
  return kind !== 'rolling' && kind !== 'use'
}

function defaultSites(draft: Draft): readonly Site[] {
  const inputs = valueNode(draft.root, 'inputs')
  return draft.inputNames.flatMap((name, index) => {
    const spec = draft.inputs[name]
    const node = textNode(valueNode(inputs, name), 'default')
    if (!node || !spec || isLiteralDefault(spec) || spec.type === 'number' || spec.type === 'boolean') return []
    const scope = { ...scopeAt(draft, 'input', 0), inputsBefore: draft.inputNames.slice(0, index) }
    return [{ node, scope, expected: 'value' as const }]
  })
}

const KEYS: Readonly<Record<string, { readonly moment: Moment; readonly expected: Site['expected'] }>> = {
  if: { moment: 'step', expected: 'bool' },
  check: { moment: 'step', expected: 'bool' },
  wait: { moment: 'step', expected: 'bool' },
  expect: { moment: 'expect', expected: 'bool' },
  hosts: { moment: 'plan', expected: 'names' },
  probe: { moment: 'plan', expected: 'value' },
  approve: { moment: 'plan', expected: 'template' },
}

/** Below the `rolling` of a step. */
const ROLLING_KEYS: typeof KEYS = {
  hosts: { moment: 'plan', expected: 'names' },
  order: { moment: 'plan', expected: 'names' },
}

function stepSites(draft: Draft, step: DraftStep, index: number): readonly Site[] {
  const places = [
    ...Object.entries(KEYS).map(entry => [step.node, ...entry] as const),
    ...Object.entries(ROLLING_KEYS).map(entry => [valueNode(step.node, 'rolling'), ...entry] as const),
  ]
  const own = places.flatMap(([at, key, { moment, expected }]) => {
    const node = textNode(at, key)
    if (!node || (key === 'hosts' && (node.value === 'any' || node.value === 'all'))) return []
    return [{ node, scope: scopeAt(draft, moment, index), expected }]
  })
  const maps = [
    valueNode(step.node, 'env'),
    valueNode(step.node, 'with'),
    valueNode(valueNode(step.node, 'undo'), 'with'),
  ]
  const values = maps.flatMap(map => (isMap(map) ? keysOf(map).map(key => valueNode(map, key)) : []))
  const scope = scopeAt(draft, 'plan', index)
  return [...own, ...values.filter(isText).map(node => ({ node, scope, expected: 'value' as const }))]
}
