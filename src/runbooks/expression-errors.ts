import type { ASTNode, Environment, ErrorLocation } from '@marcbachmann/cel-js'
import { suggest } from '../clusters/suggest.ts'
import { FIELDS_OF } from './expression-environment.ts'
import { type Scope, variablesOf } from './expression-scope.ts'
import type { Finding } from './finding.ts'

/** What CEL's own errors carry, whether from parsing, checking or evaluating. */
export interface CelError {
  readonly code: string
  readonly summary: string
  readonly node?: ASTNode | ErrorLocation
  readonly range?: { readonly start: number; readonly end: number }
}

export function isCelError(error: unknown): error is CelError & Error {
  return error instanceof Error && 'code' in error && 'summary' in error
}

/** CEL's error in our words: where, what, and what was probably meant. */
export function findingOf(error: CelError, source: string, scope: Scope, environment: Environment): Finding {
  const { start, end } = error.range ?? { start: 0, end: source.length }
  const at = { start, end: Math.max(end, start + 1) }
  const node = parsedNode(error.node)
  switch (error.code) {
    case 'unknown_variable':
      return unknownVariable(source.slice(start, end), at, scope)
    case 'no_such_key':
      return node ? unknownField(node, scope) : plain(error, at)
    case 'no_matching_overload':
      return node ? unfitCall(node, source, error, environment) : plain(error, at)
    case 'no_such_overload':
      return { code: 'expression-type', message: unfitOperator(error.summary), ...at }
    default:
      return error.node && 'op' in error.node && error.node.op ? typed(error, at) : syntax(error, source, at)
  }
}

interface At {
  readonly start: number
  readonly end: number
}

function plain(error: CelError, at: At): Finding {
  return { code: 'expression', message: `${error.summary}.`, ...at }
}

function typed(error: CelError, at: At): Finding {
  return { code: 'expression-type', message: `${withPlainTypes(error.summary)}.`, ...at }
}

function unknownVariable(name: string, at: At, scope: Scope): Finding {
  const known = variablesOf(scope)
  const isInput = Object.hasOwn(scope.inputs, name)
  return {
    code: 'unknown-name',
    message: `There is no "${name}" in an expression.`,
    ...suggested(isInput ? `inputs.${name}` : suggest(name, known)),
    next: `Known here: ${known.join(', ')}. Text stands in quotes.`,
    ...at,
  }
}

function unknownField(node: ASTNode, scope: Scope): Finding {
  const { owner, key, start, end } = accessOf(node)
  const known = fieldsOf(owner, scope)
  const dashed = owner === 'steps' ? known.find(id => id.startsWith(`${key}-`)) : undefined
  return {
    code: 'unknown-name',
    message: missingText(owner, key),
    ...suggested(dashed ? `steps["${dashed}"]` : suggest(key, known)),
    ...(known.length > 0 ? { next: `${KNOWN[owner] ?? 'It has'} ${known.join(', ')}.` } : {}),
    start,
    end,
  }
}

const KNOWN: Readonly<Record<string, string>> = { steps: 'Steps before this one:', inputs: 'Inputs known here:' }

function missingText(owner: string, key: string): string {
  if (owner === 'steps') return `There is no step "${key}".`
  if (owner === 'inputs') return `There is no input "${key}".`
  return owner === '' ? `There is no "${key}".` : `A ${owner.toLowerCase()} has no "${key}".`
}

function accessOf(node: ASTNode): { owner: string; key: string } & At {
  if (node.op !== '.' && node.op !== '[]') return { owner: '', key: '', start: node.start, end: node.end }
  const [left, right] = node.args
  const owner = checkedType(left).replace(/^\$/, '')
  if (typeof right === 'string') return { owner, key: right, start: node.end - right.length, end: node.end }
  return { owner, key: String(right.args), start: right.start, end: right.end }
}

/** The type the checker found for a node; it keeps it on the node, though its typings do not say so. */
function checkedType(node: ASTNode): string {
  const type: unknown = 'checkedType' in node ? node.checkedType : undefined
  return typeof type === 'object' && type !== null && 'name' in type ? String(type.name) : ''
}

function fieldsOf(owner: string, scope: Scope): readonly string[] {
  if (owner === 'inputs') return scope.inputsBefore ?? Object.keys(scope.inputs)
  if (owner === 'steps') return scope.stepsBefore ?? scope.steps
  return Object.keys(FIELDS_OF[owner] ?? {})
}

function unfitCall(node: ASTNode, source: string, error: CelError, environment: Environment): Finding {
  if (node.op !== 'call' && node.op !== 'rcall') return plain(error, { start: node.start, end: node.end })
  const name = node.args[0]
  const receiver = node.op === 'rcall' ? node.args[1] : undefined
  const start = source.indexOf(name, receiver?.end ?? node.start)
  const at = { start, end: start + name.length }
  const type = receiver ? checkedType(receiver) : ''
  const functions = environment.getDefinitions().functions.filter(known => isFor(known.receiverType, type))
  const signatures = functions.filter(known => known.name === name).map(known => plainType(known.signature))
  if (signatures.length > 0)
    return { code: 'expression-type', message: `${name} is called differently: ${signatures.join(' or ')}.`, ...at }
  return {
    code: 'unknown-name',
    message: receiver ? `${plainType(type) || 'This'} has no function "${name}".` : `There is no function "${name}".`,
    ...suggested(suggest(name, [...new Set(functions.map(known => known.name))])),
    ...at,
  }
}

function isFor(receiverType: string | null, type: string): boolean {
  if (receiverType === null) return type === ''
  return type === 'dyn' || receiverType.replace(/<.*/, '') === type.replace(/<.*/, '')
}

function unfitOperator(summary: string): string {
  const [, operands] = /^no such overload: (.*)$/.exec(summary) ?? []
  const unary = /^([!-])(\S+)$/.exec(operands ?? '')
  if (unary) return `${unary[1]} cannot be put before ${plainType(unary[2] ?? '')}.`
  return `These cannot be combined: ${plainType(operands ?? summary)}.`
}

function withPlainTypes(summary: string): string {
  return summary.replace(/'([^']*)'/g, (_, type: string) => plainType(type))
}

/** Types as people say them; `dyn` is what is known only when it runs. */
function plainType(type: string): string {
  return type.replace(/\b(string|bool|int|double|dyn)\b/g, word => PLAIN[word] ?? word).replace(/\$(\w+)/g, '$1')
}

const PLAIN: Readonly<Record<string, string>> = {
  string: 'text',
  bool: 'true/false',
  int: 'number',
  double: 'number',
  dyn: 'anything',
}

const WORDS: Readonly<Record<string, string>> = { and: '&&', or: '||', not: '!' }

const TOKENS: Readonly<Record<string, string>> = {
  RPAREN: ')',
  RBRACKET: ']',
  RBRACE: '}',
  COLON: ':',
  COMMA: ',',
  IDENTIFIER: 'a name',
}

function syntax(error: CelError, source: string, at: At): Finding {
  const word = /\b(and|or|not)\b/.exec(source.replace(/"[^"]*"|'[^']*'/g, quoted => ' '.repeat(quoted.length)))
  const operator = word?.[1] && WORDS[word[1]]
  if (word && operator)
    return wrong(`"${word[1]}" is written ${operator}.`, { start: word.index, end: word.index + word[0].length })
  if (source[at.start] === '=') return wrong('Equality is written ==.', at)
  if (at.start >= source.trimEnd().length) return wrong('The expression ends too early.', at)
  const summary = error.summary.replace(/: \S+$/, () => ` "${source.slice(at.start, at.end)}"`)
  return wrong(`${summary.replace(/\b[A-Z]{2,}\b/g, token => TOKENS[token] ?? token.toLowerCase())}.`, at)
}

function wrong(message: string, at: At): Finding {
  return { code: 'expression-syntax', message, ...at }
}

function suggested(suggestion: string | undefined): { readonly suggestion?: string } {
  return suggestion === undefined ? {} : { suggestion }
}

function parsedNode(node: ASTNode | ErrorLocation | undefined): ASTNode | undefined {
  return node !== undefined && 'op' in node && node.op !== undefined && node.args !== undefined
    ? (node as ASTNode)
    : undefined
}
