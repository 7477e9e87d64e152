import { suggest } from '../clusters/suggest.ts'
import { parseDuration } from './duration.ts'
import { isShellText } from './expression-results.ts'
import type { InputSpec, InputType, InputValue } from './schema.ts'
import type { Complaint } from './source-text.ts'

/** Names of groups, nodes and clusters: nothing in them means anything to a shell, and none can be taken for an option. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/
const NUMBER_PATTERN = /^-?\d{1,15}(?:\.\d{1,6})?$/
const LONGEST_TEXT = 4096
const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
}

export type ReadInput = { readonly value: InputValue } | { readonly complaint: Complaint }

/** A word as a value of an input's type, or what is wrong with it. Knows nothing of a cluster: names only have to look like names. */
export function readInput(spec: InputSpec, word: string): ReadInput {
  return READERS[spec.type](word, spec)
}

const READERS: Readonly<Record<InputType, (word: string, spec: InputSpec) => ReadInput>> = {
  group: readName,
  node: readName,
  cluster: readName,
  string: readText,
  choice: readChoice,
  number: readNumber,
  boolean: readBoolean,
  duration: readDuration,
}

function readName(word: string, spec: InputSpec): ReadInput {
  if (!NAME_PATTERN.test(word))
    return refused(`${quoted(word)} is not the name of a ${spec.type}.`, {
      next: 'A name has letters, digits, ".", "_" and "-" and begins with a letter or digit.',
    })
  return fitting(word, spec)
}

function readText(word: string, spec: InputSpec): ReadInput {
  if (!isShellText(word)) return refused(`${quoted(word)} holds a character that no script can be given.`)
  if (word.length > LONGEST_TEXT) return refused(`This text is longer than ${LONGEST_TEXT} characters.`)
  return fitting(word, spec)
}

function fitting(word: string, spec: InputSpec): ReadInput {
  if (spec.pattern === undefined || patternOf(spec.pattern)?.test(word)) return { value: word }
  return refused(`${quoted(word)} does not have the form ${spec.pattern}.`)
}

/** The pattern as one the whole value must match, or undefined when it is not a regular expression. */
export function patternOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u')
  } catch {
    return undefined
  }
}

function readChoice(word: string, spec: InputSpec): ReadInput {
  const options = spec.options ?? []
  if (options.includes(word)) return { value: word }
  const near = suggest(word, options)
  const next = `It is one of ${options.join(', ')}.`
  return refused(
    `${quoted(word)} is not one of the choices.`,
    near === undefined ? { next } : { next, suggestion: near },
  )
}

function readNumber(word: string): ReadInput {
  if (NUMBER_PATTERN.test(word)) return { value: Number(word) }
  return refused(`${quoted(word)} is not a number.`, { next: 'Write it like 3 or 1.5.' })
}

function readBoolean(word: string): ReadInput {
  const value = Object.hasOwn(BOOLEANS, word.toLowerCase()) ? BOOLEANS[word.toLowerCase()] : undefined
  if (value !== undefined) return { value }
  return refused(`${quoted(word)} is neither yes nor no.`, { next: 'Write yes or no.' })
}

function readDuration(word: string): ReadInput {
  const value = parseDuration(word)
  if (value !== undefined) return { value }
  return refused(`${quoted(word)} is not a duration.`, { next: 'Write it like 90s, 15m or 1h30m.' })
}

function refused(message: string, more: Partial<Complaint> = {}): ReadInput {
  return { complaint: { code: 'bad-input', message, stillTrue: 'Nothing was run.', ...more } }
}

const LONGEST_QUOTE = 80

function quoted(word: string): string {
  return JSON.stringify(word.length > LONGEST_QUOTE ? `${word.slice(0, LONGEST_QUOTE)}…` : word)
}
