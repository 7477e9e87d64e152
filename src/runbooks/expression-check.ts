import type { ASTNode, Environment } from '@marcbachmann/cel-js'
import { environmentFor } from './expression-environment.ts'
import { type CelError, findingOf, isCelError } from './expression-errors.ts'
import { type Expected, WANTED } from './expression-results.ts'
import { type Scope, scopeFindings, walk } from './expression-scope.ts'
import type { Finding } from './finding.ts'

const ACCEPTED: Readonly<Record<Expected, readonly string[]>> = {
  bool: ['bool', 'dyn'],
  names: ['string', 'list<string>', 'list', 'dyn'],
  value: ['string', 'bool', 'int', 'double', 'dyn'],
  text: ['string', 'bool', 'int', 'double', 'list<string>', 'list', 'dyn'],
}

/**
 * Everything wrong with an expression, without evaluating it: syntax, unknown names, wrong types, names that are not known yet, and
 * a result of the wrong type. The operands of `&&`, `||`, `!` and `? :` are checked apart, so that several mistakes show at once.
 */
export function checkExpression(source: string, scope: Scope, expected: Expected): readonly Finding[] {
  const misplaced = outsideCel(source)
  if (misplaced) return [misplaced]
  const environment = environmentFor(scope)
  const tree = parsed(environment, source)
  if ('code' in tree) return [findingOf(tree, source, scope, environment)]
  const early = scopeFindings(tree, scope)
  const errors = [...typeErrors(environment, source, tree), ...missingInHas(environment, source, tree)]
  const findings = [...early, ...errors.map(error => findingOf(error, source, scope, environment))]
  return findings.length > 0 ? findings : wrongResult(environment, source, expected)
}

const LONGEST = 2000

function outsideCel(source: string): Finding | undefined {
  if (source.length > LONGEST)
    return { code: 'expression-length', message: `This is longer than ${LONGEST} characters.`, start: 0, end: 1 }
  const template = /^\s*\$\{\{\s*(.*?)\s*\}\}\s*$/.exec(source)
  if (template) {
    const bare = { message: 'A condition is written bare, without ${{ }}.', next: `Write: ${template[1]}` }
    return { code: 'expression-not-bare', ...bare, start: 0, end: source.length }
  }
  const lineBreak = source.trimEnd().search(/[\r\n]/)
  if (lineBreak < 0) return undefined
  return {
    code: 'expression-lines',
    message: 'An expression stands on one line.',
    next: 'Put it on one line, or make it several check steps.',
    start: lineBreak,
    end: lineBreak + 1,
  }
}

function parsed(environment: Environment, source: string): ASTNode | CelError {
  try {
    return environment.parse(source).ast
  } catch (error) {
    if (isCelError(error)) return error
    throw error
  }
}

const OPERANDS: ReadonlySet<string> = new Set(['&&', '||', '!_', '?:'])

function typeErrors(environment: Environment, source: string, node: ASTNode): readonly CelError[] {
  const own = errorOf(environment, source, node)
  if (own.length === 0 || !OPERANDS.has(node.op)) return own
  const below = operandsOf(node).flatMap(operand => typeErrors(environment, source, operand))
  return below.length > 0 ? below : own
}

function operandsOf(node: ASTNode): readonly ASTNode[] {
  return node.op === '!_' ? [node.args] : (node.args as readonly ASTNode[])
}

/** Checks one part of an expression; what stands before it becomes blanks, so that positions stay true. */
function errorOf(environment: Environment, source: string, node: ASTNode): readonly CelError[] {
  const { start, end } = withParentheses(source, node)
  const { valid, error } = environment.check(' '.repeat(start) + source.slice(start, end))
  return valid || !isCelError(error) ? [] : [error]
}

/** A part does not include the parentheses around its first and last operand: they are taken in until all are closed. */
function withParentheses(source: string, node: ASTNode): { start: number; end: number } {
  const masked = source.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, text => ' '.repeat(text.length))
  let { start, end } = node
  let open = 0
  for (let at = start; at < end || (open > 0 && at < masked.length); at++) {
    if (masked[at] === '(') open += 1
    else if (masked[at] === ')') open -= 1
    if (open < 0) {
      start = masked.lastIndexOf('(', start - 1)
      open = 0
    }
    end = Math.max(end, at + 1)
  }
  return { start, end }
}

/** CEL takes any field in `has(…)`; a misspelt one would just never be there. */
function missingInHas(environment: Environment, source: string, root: ASTNode): readonly CelError[] {
  const errors: CelError[] = []
  walk(root, node => {
    if (node.op !== 'call' || node.args[0] !== 'has') return
    for (const field of node.args[1])
      errors.push(...errorOf(environment, source, field).filter(error => error.code === 'no_such_key'))
  })
  return errors
}

function wrongResult(environment: Environment, source: string, expected: Expected): readonly Finding[] {
  const type = environment.check(source).type ?? 'dyn'
  if (ACCEPTED[expected].includes(type)) return []
  const message = `This gives ${TYPE_WORDS[type] ?? 'an object or a list'} where ${WANTED[expected]} is needed.`
  return [{ code: 'expression-type', message, start: 0, end: source.length }]
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  bool: 'true or false',
  int: 'a number',
  double: 'a number',
  'list<string>': 'a list of texts',
}
