import { isMap } from 'yaml'
import type { Problem } from '../problem.ts'
import { type Draft, problemIn } from './draft.ts'
import { isLiteralDefault } from './input-defaults.ts'
import { patternOf, readInput } from './input-types.ts'
import type { InputSpec } from './schema.ts'
import type { Complaint } from './source-text.ts'
import { keyNode, spanOf, valueNode } from './yaml-nodes.ts'

/** What expressions could not say: `inputs.in` is not CEL. */
const NOT_IN_EXPRESSIONS: ReadonlySet<string> = new Set(['in', 'true', 'false', 'null'])
const WITH_PATTERN: ReadonlySet<string> = new Set(['string', 'group', 'node', 'cluster'])

/** Options, patterns and defaults must suit the type of their input. */
export function inputProblems(draft: Draft): readonly Problem[] {
  const inputs = valueNode(draft.root, 'inputs')
  if (!isMap(inputs)) return []
  const reserved = draft.inputNames
    .filter(name => NOT_IN_EXPRESSIONS.has(name))
    .map(name =>
      problemIn(draft.source, spanOf(keyNode(inputs, name)), {
        code: 'bad-name',
        message: `"${name}" means something else in an expression.`,
        next: 'Give the input another name.',
      }),
    )
  const unfit = Object.entries(draft.inputs).flatMap(([name, spec]) =>
    unfitParts(spec).map(({ key, ...complaint }) => {
      const node = valueNode(inputs, name)
      return problemIn(draft.source, spanOf(valueNode(node, key) ?? keyNode(inputs, name)), complaint)
    }),
  )
  return [...reserved, ...unfit]
}

interface Unfit extends Complaint {
  readonly key: string
}

function unfitParts(spec: InputSpec): readonly Unfit[] {
  const found: Unfit[] = []
  const say = (key: string, message: string) => found.push({ key, code: 'bad-input-spec', message })
  if (spec.type === 'choice' && !spec.options) say('type', 'A choice needs options.')
  if (spec.type !== 'choice' && spec.options) say('options', `Options belong to a choice, not to a ${spec.type}.`)
  if (spec.pattern !== undefined && !WITH_PATTERN.has(spec.type)) say('pattern', `A ${spec.type} has no pattern.`)
  if (spec.pattern !== undefined && !patternOf(spec.pattern)) say('pattern', 'This is not a regular expression.')
  const unfitDefault = defaultComplaint(spec)
  if (unfitDefault) say('default', unfitDefault)
  return found
}

const LITERAL: Readonly<Record<string, string>> = { number: 'a number', boolean: 'true or false' }

function defaultComplaint(spec: InputSpec): string | undefined {
  if (spec.default === undefined) return undefined
  const wanted = LITERAL[spec.type]
  if (wanted)
    return typeof spec.default === spec.type
      ? undefined
      : `The default of a ${spec.type} must be ${wanted}, without quotes.`
  if (typeof spec.default !== 'string') return `The default of a ${spec.type} must be text.`
  const read = isLiteralDefault(spec) ? readInput(spec, spec.default) : undefined
  return read && 'complaint' in read ? read.complaint.message : undefined
}
