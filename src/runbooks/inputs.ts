import { suggest } from '../clusters/suggest.ts'
import { bad, good, type Problem, type Result } from '../problem.ts'
import { defaultOf } from './input-defaults.ts'
import type { InputRequest } from './input-request.ts'
import { readInput } from './input-types.ts'
import type { InputSpec, InputValue } from './schema.ts'
import { type Complaint, excerptIn } from './source-text.ts'

export interface ResolvedInputs {
  /** By name, in the order of the runbook; an input that was left out and has no default is not in it. */
  readonly values: Readonly<Record<string, InputValue>>
  /** Why a computed value is what it is: `{ node: "spare: online, runs no group" }`. */
  readonly because: Readonly<Record<string, string>>
}

/** Words as typed values, what was left out filled in from its default; all problems at once. Nothing is run for it. */
export function resolveInputs(request: InputRequest): Result<ResolvedInputs> {
  const problems: Problem[] = unknownInputs(request)
  const values: Record<string, InputValue> = {}
  const because: Record<string, string> = {}
  let isComplete = problems.length === 0
  for (const [name, spec] of Object.entries(request.runbook.inputs)) {
    // A default may rest on an input above it: without that one, only what was typed is looked at.
    if (!isComplete && !Object.hasOwn(request.words, name)) continue
    const one = resolveOne(request, name, spec, values)
    if (!one.ok) {
      problems.push(...one.problems)
      isComplete = false
    } else if (one.value) {
      values[name] = one.value.value
      if (one.value.because) because[name] = one.value.because
    }
  }
  return problems.length > 0 ? bad(...problems) : good({ values, because })
}

interface Resolved {
  readonly value: InputValue
  readonly because?: string
}

function resolveOne(
  request: InputRequest,
  name: string,
  spec: InputSpec,
  before: Readonly<Record<string, InputValue>>,
): Result<Resolved | undefined> {
  const word = Object.hasOwn(request.words, name) ? request.words[name] : undefined
  if (word !== undefined) return accepted(request, spec, word)
  if (spec.default === undefined) return spec.required === false ? good(undefined) : bad(missing(request, name, spec))
  const filled = defaultOf(request, name, spec, before)
  if (!filled.ok || typeof filled.value.value !== 'string') return filled
  const checked = accepted(request, spec, filled.value.value)
  return checked.ok ? filled : checked
}

/** A word read by its type and, for groups and nodes, found among those of the cluster. */
function accepted(request: InputRequest, spec: InputSpec, word: string): Result<Resolved> {
  const read = readInput(spec, word)
  if ('complaint' in read) return bad(typedProblem(request, word, read.complaint))
  const unknown = unknownName(request, spec, word)
  return unknown ? bad(typedProblem(request, word, unknown)) : good(read)
}

function unknownName(request: InputRequest, spec: InputSpec, word: string): Complaint | undefined {
  if (spec.type !== 'group' && spec.type !== 'node') return undefined
  const names = spec.type === 'group' ? request.known.groups : request.known.nodes
  if (names.includes(word)) return undefined
  const near = suggest(word, names)
  return {
    code: `unknown-${spec.type}`,
    message: `No ${spec.type} "${word}" in ${request.status.cluster}.`,
    ...(near === undefined ? {} : { suggestion: near }),
    stillTrue: 'Nothing was run.',
    next: `It has ${names.length > 0 ? names.join(', ') : 'none'}.`,
  }
}

function typedProblem(request: InputRequest, word: string, complaint: Complaint): Problem {
  const text = request.text?.includes(word) ? request.text : word
  const start = text.indexOf(word)
  return { ...complaint, excerpt: excerptIn(text, start, start + word.length) }
}

function missing(request: InputRequest, name: string, spec: InputSpec): Problem {
  const what = spec.description ? `${name} (${spec.description})` : name
  return {
    code: 'missing-input',
    message: `${request.runbook.name} needs ${what}.`,
    stillTrue: 'Nothing was run.',
    next: `Write: ${request.runbook.command}`,
  }
}

function unknownInputs(request: InputRequest): Problem[] {
  const known = Object.keys(request.runbook.inputs)
  return Object.keys(request.words)
    .filter(name => !known.includes(name))
    .map(name => {
      const near = suggest(name, known)
      return {
        code: 'unknown-input',
        message: `${request.runbook.name} has no input ${name}.`,
        ...(near === undefined ? {} : { suggestion: near }),
        stillTrue: 'Nothing was run.',
        next: `Write: ${request.runbook.command}`,
      }
    })
}
