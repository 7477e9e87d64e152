import { isMap, isScalar, type Node } from 'yaml'
import type { core } from 'zod'
import { suggest } from '../clusters/suggest.ts'
import type { Problem } from '../problem.ts'
import { problemIn } from './draft.ts'
import type { Complaint } from './source-text.ts'
import { quoteYaml } from './yaml-hints.ts'
import { firstKeySpan, keyNode, nodeAt, type Span, spanOf, valueNode } from './yaml-nodes.ts'
import type { YamlSource } from './yaml-source.ts'

type Issue = core.$ZodIssue

/** The part of a document that a schema was applied to, and which keys it may have at a path below it. */
export interface Checked {
  readonly source: YamlSource
  readonly node: Node
  /** `a runbook`, `a run step`. */
  readonly what: string
  readonly keysAt: (path: readonly PropertyKey[]) => readonly string[]
}

/** Issues of a schema as problems at the very key or value they are about. */
export function schemaProblems(checked: Checked, issues: readonly Issue[]): readonly Problem[] {
  return issues.flatMap(issue => problemsOf(checked, issue))
}

function problemsOf(checked: Checked, issue: Issue): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownKey(checked, issue.path, key))
  if (issue.code === 'invalid_union') return unionProblems(checked, issue)
  if (issue.code === 'invalid_key') return [badName(checked, issue)]
  const node = nodeAt(checked.node, issue.path)
  return [node ? badValue(checked, issue, node) : missingKey(checked, issue)]
}

function unknownKey(checked: Checked, path: readonly PropertyKey[], key: string): Problem {
  const parent = nodeAt(checked.node, path)
  const present = isMap(parent) ? parent.items.map(pair => String(pair.key)) : []
  const free = checked.keysAt(path).filter(known => !present.includes(known))
  const near = suggest(key, free)
  return problemIn(checked.source, spanOf(keyNode(parent, key)), {
    code: 'unknown-key',
    message: `There is no "${key}" in ${whatAt(checked, path)}.`,
    ...(near === undefined ? {} : { suggestion: near }),
    next: `It can have ${checked.keysAt(path).join(', ')}.`,
  })
}

function whatAt(checked: Checked, path: readonly PropertyKey[]): string {
  const [first] = path
  if (first === undefined) return checked.what
  return first === 'inputs' ? 'an input' : String(first)
}

function missingKey(checked: Checked, issue: Issue): Problem {
  const parent = issue.path.slice(0, -1)
  const key = String(issue.path.at(-1))
  return problemIn(checked.source, firstKeySpan(nodeAt(checked.node, parent)), {
    code: 'missing-key',
    message: `"${key}" is missing in ${whatAt(checked, parent)}.`,
  })
}

/** A key that has to be a name and is not; zod puts why into the inner issues. */
function badName(checked: Checked, issue: core.$ZodIssueInvalidKey): Problem {
  const key = String(issue.path.at(-1))
  const parent = nodeAt(checked.node, issue.path.slice(0, -1))
  const reason = issue.issues[0]?.message ?? 'is not a name'
  return problemIn(checked.source, spanOf(keyNode(parent, key)), {
    code: 'bad-name',
    message: `The name "${key}" ${reason}.`,
    ...(/^[a-z]\w*$/i.test(key) ? { suggestion: key.toLowerCase() } : {}),
  })
}

/** Of the ways to write something, the one that comes closest is explained. */
function unionProblems(checked: Checked, issue: core.$ZodIssueInvalidUnion): readonly Problem[] {
  const closest = issue.errors.find(errors =>
    errors.every(inner => inner.path.length > 0 || inner.code === 'unrecognized_keys'),
  )
  if (closest && closest.length > 0)
    return closest.flatMap(inner => problemsOf(checked, { ...inner, path: [...issue.path, ...inner.path] }))
  const node = nodeAt(checked.node, issue.path)
  if (!node) return [missingKey(checked, issue)]
  const message = `"${String(issue.path.at(-1))}" cannot be ${kindOf(node)}.`
  return [problemIn(checked.source, valueSpan(node), { code: 'wrong-type', message })]
}

function badValue(checked: Checked, issue: Issue, node: Node): Problem {
  return problemIn(checked.source, valueSpan(node), valueComplaint(issue, node, keyOf(issue.path)))
}

function keyOf(path: readonly PropertyKey[]): string {
  return String(path.findLast(part => typeof part === 'string') ?? '')
}

function valueComplaint(issue: Issue, node: Node, key: string): Complaint {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, node, key)
    case 'invalid_value':
      return wrongChoice(issue.values.map(String), node, key)
    case 'invalid_format':
      return { code: 'bad-value', message: `${shown(node)} ${formatMessage(issue.message)}.` }
    case 'too_small':
      return { code: 'bad-value', message: tooSmall(issue, key) }
    case 'too_big':
      return { code: 'bad-value', message: `"${key}" must be ${issue.maximum}${unitOf(issue.origin)} at most.` }
    default:
      return { code: 'bad-value', message: `"${key}" is wrong: ${issue.message}.` }
  }
}

function tooSmall(issue: core.$ZodIssueTooSmall, key: string): string {
  return issue.origin === 'number' ? `"${key}" must be ${issue.minimum} at least.` : `"${key}" is empty.`
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : ''
}

function formatMessage(message: string): string {
  const pattern = /^Invalid string: must match pattern (.*)$/s.exec(message)?.[1]
  return pattern === undefined ? message : `must match ${pattern}`
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}

const DURATIONS: ReadonlySet<string> = new Set(['timeout', 'every', 'within', 'delay', 'pause', 'soak', 'most'])

function wrongType(expected: string, node: Node, key: string): Complaint {
  const message = `"${key}" must be ${TYPE_WORDS[expected] ?? expected}, not ${kindOf(node)}.`
  if (DURATIONS.has(key)) return { code: 'wrong-type', message, next: 'Write it like 90s, 15m or 1h30m.' }
  const isQuotable = expected === 'string' && isScalar(node) && node.value !== null
  if (!isQuotable) return { code: 'wrong-type', message }
  return { code: 'wrong-type', message, next: `Quote it: ${key}: ${quoteYaml(node.source ?? String(node.value))}` }
}

function wrongChoice(values: readonly string[], node: Node, key: string): Complaint {
  const given = isScalar(node) ? String(node.value) : ''
  const near = suggest(given, values)
  return {
    code: 'bad-value',
    message: `"${key}" cannot be ${isScalar(node) ? shown(node) : kindOf(node)}.`,
    ...(near === undefined ? {} : { suggestion: near }),
    next: `It is ${values.length === 1 ? values[0] : `one of ${values.join(', ')}`}.`,
  }
}

function kindOf(node: Node): string {
  if (isMap(node)) return 'a mapping'
  if (!isScalar(node)) return 'a list'
  if (node.value === null) return 'empty'
  if (typeof node.value === 'string') return 'text'
  return typeof node.value === 'number' ? 'a number' : 'true or false'
}

function shown(node: Node): string {
  return isScalar(node) && node.value !== null ? JSON.stringify(node.value) : 'nothing'
}

function valueSpan(node: Node): Span {
  const first = isMap(node) ? node.items[0] : undefined
  return first ? firstKeySpan(node) : spanOf(node)
}

/** The value under a key of a mapping; used to point at it rather than at its key. */
export function spanUnder(node: Node | undefined, key: string): Span {
  return spanOf(valueNode(node, key) ?? keyNode(node, key) ?? node)
}
