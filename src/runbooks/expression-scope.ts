import type { ASTNode } from '@marcbachmann/cel-js'
import type { Names } from './expression-environment.ts'
import type { InputCelType } from './expression-types.ts'
import type { Finding } from './finding.ts'
import type { InputValue } from './schema.ts'

/**
 * When an expression is evaluated decides what is known then.
 * - `input`: while inputs are resolved, one after the other
 * - `plan`: while the plan is made, before any step has run: hosts, env, undo, approve
 * - `step`: when its step's turn has come: check, wait, if
 * - `expect`: after one execution, on one host
 */
export type Moment = 'input' | 'plan' | 'step' | 'expect'

export interface Scope extends Names {
  readonly moment: Moment
  /** Inputs that are resolved before this one; absent: all. */
  readonly inputsBefore?: readonly string[]
  /** Steps that end before this one begins; absent: all. */
  readonly stepsBefore?: readonly string[]
  /** Inside `rolling`, where `host` is the node whose turn it is. */
  readonly inRolling?: boolean
}

/** Variables that an expression may use at this moment, for suggestions. */
export function variablesOf(scope: Scope): readonly string[] {
  if (scope.moment === 'expect') return ['inputs', 'cluster', 'steps', 'host', 'result']
  const always = ['inputs', 'cluster', ...(scope.inRolling ? ['host'] : [])]
  return scope.moment === 'step' ? [...always, 'steps'] : always
}

/** What is named too early: values that exist, but not yet when this expression is evaluated. */
export function scopeFindings(root: ASTNode, scope: Scope): readonly Finding[] {
  const findings: Finding[] = []
  walk(root, node => {
    const finding = node.op === 'id' ? variableTooEarly(node, scope) : fieldTooEarly(node, scope)
    if (finding) findings.push(finding)
  })
  return findings
}

const EARLY: Readonly<Record<string, { readonly message: string; readonly next: string }>> = {
  result: { message: '"result" is known only in expect.', next: 'Put the condition in expect.' },
  host: {
    message: '"host" is known only inside rolling, and in expect, where one host has answered.',
    next: 'Name the node in another way.',
  },
  steps: {
    message: '"steps" is not known yet: this is filled in when the plan is made, before any step has run.',
    next: 'Use inputs and cluster here; what steps found out can be used in check, wait, if and expect.',
  },
}

function variableTooEarly(node: ASTNode, scope: Scope): Finding | undefined {
  const name = String(node.args)
  const early = variablesOf(scope).includes(name) ? undefined : EARLY[name]
  return early && { code: 'not-known-here', start: node.start, end: node.end, ...early }
}

function fieldTooEarly(node: ASTNode, scope: Scope): Finding | undefined {
  const field = fieldOf(node)
  if (!field) return undefined
  if (field.of === 'inputs' && isLater(field.name, Object.keys(scope.inputs), scope.inputsBefore))
    return tooEarly(field, `Input "${field.name}" is not resolved yet here.`, 'Declare it above this input.')
  if (field.of === 'steps' && isLater(field.name, scope.steps, scope.stepsBefore))
    return tooEarly(field, `Step "${field.name}" has not ended yet here.`, 'Only steps above this one can be used.')
  return undefined
}

function isLater(name: string, all: readonly string[], before: readonly string[] | undefined): boolean {
  return before !== undefined && all.includes(name) && !before.includes(name)
}

interface FieldUse {
  readonly of: string
  readonly name: string
  readonly start: number
  readonly end: number
}

function fieldOf(node: ASTNode): FieldUse | undefined {
  if (node.op !== '.' && node.op !== '[]') return undefined
  const [left, key] = node.args
  if (left.op !== 'id') return undefined
  if (typeof key === 'string') return { of: left.args, name: key, start: node.end - key.length, end: node.end }
  if (key.op !== 'value' || typeof key.args !== 'string') return undefined
  return { of: left.args, name: key.args, start: key.start, end: key.end }
}

function tooEarly(field: FieldUse, message: string, next: string): Finding {
  return { code: 'not-known-here', message, next, start: field.start, end: field.end }
}

/** Visits every node of a parsed expression, macros' arguments included, outer nodes first. */
export function walk(node: ASTNode, visit: (node: ASTNode) => void): void {
  visit(node)
  for (const child of childrenOf(node.args)) walk(child, visit)
}

function childrenOf(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf)
  return isNode(args) ? [args] : []
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}

/** The scope of an expression kept in a plan: its inputs have their values already, and a value shows its type. */
export function scopeOfValues(
  inputs: Readonly<Record<string, InputValue>>,
  steps: readonly string[],
  moment: Moment,
): Scope {
  const typed = Object.entries(inputs).map(([name, value]) => [name, celTypeOf(value)] as const)
  return { inputs: Object.fromEntries(typed), steps, moment }
}

function celTypeOf(value: InputValue): InputCelType {
  if (typeof value === 'string') return 'string'
  return typeof value === 'number' ? 'double' : 'bool'
}
