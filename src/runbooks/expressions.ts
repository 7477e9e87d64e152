import { bad, good, type Result } from '../problem.ts'
import { checkExpression } from './expression-check.ts'
import { environmentFor } from './expression-environment.ts'
import { isCelError } from './expression-errors.ts'
import { converted, type Evaluation, type Expected, type ValueOf } from './expression-results.ts'
import type { Scope } from './expression-scope.ts'
import { celContext, type ExpressionValues } from './expression-values.ts'
import { findingProblem } from './finding.ts'

export interface Expression<K extends Expected> {
  readonly source: string
  evaluate(values: ExpressionValues): Evaluation<ValueOf[K]>
}

const MOST_CACHED = 512
const compiled = new Map<string, Result<Expression<Expected>>>()

/**
 * An expression ready to be evaluated, as often as wanted; the latest few hundred are kept. Problems show the expression with a
 * caret. `expected` is what it is for: `bool` a condition, `names` hosts, `value` a shell variable, `text` a piece of a text.
 */
export function compileExpression<K extends Expected>(
  source: string,
  scope: Scope,
  expected: K,
): Result<Expression<K>> {
  const key = JSON.stringify([source, expected, scope])
  const known = compiled.get(key) ?? compileAnew(source, scope, expected)
  if (compiled.size >= MOST_CACHED) compiled.delete(compiled.keys().next().value ?? '')
  compiled.set(key, known)
  // What is kept under a key was compiled for the `expected` that is part of the key.
  return known as Result<Expression<K>>
}

function compileAnew<K extends Expected>(source: string, scope: Scope, expected: K): Result<Expression<K>> {
  const findings = checkExpression(source, scope, expected)
  if (findings.length > 0) return bad(...findings.map(finding => findingProblem(source, finding)))
  const run = environmentFor(scope).parse(source)
  return good({
    source,
    evaluate(values) {
      try {
        return converted(run(celContext(values)), expected)
      } catch (error) {
        return { ok: false, reason: reasonOf(error, source) }
      }
    },
  })
}

/** Why an evaluation failed, in one sentence: `cluster.nodes has no "node9"`. */
function reasonOf(error: unknown, source: string): string {
  if (!isCelError(error)) return error instanceof Error ? error.message : String(error)
  const [, index, key] = /^No such key: (?:index out of bounds, index (-?\d+).*|(.*))$/s.exec(error.summary) ?? []
  const owner = ownerIn(error.node, source)
  if (owner === undefined || (key === undefined && index === undefined)) return error.summary
  return index === undefined ? `${owner} has no "${key}"` : `${owner} has no item ${index}`
}

function ownerIn(node: unknown, source: string): string | undefined {
  if (typeof node !== 'object' || node === null || !('args' in node) || !Array.isArray(node.args)) return undefined
  const left: unknown = node.args[0]
  if (typeof left !== 'object' || left === null || !('start' in left) || !('end' in left)) return undefined
  return source.slice(Number(left.start), Number(left.end))
}
