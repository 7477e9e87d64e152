import { type CommandPart, type CommandPattern, inputsOf } from './command-grammar.ts'

/**
 * Words held against a pattern.
 * - `matched`: every word has its place; `args` by input name.
 * - `stuck`: the first `at` words fit, the next does not (or there is none); `expected` could stand there: `<group>`, `to`, or
 *   "" for the end.
 */
export type CommandMatch =
  | { readonly kind: 'matched'; readonly args: Readonly<Record<string, string>> }
  | { readonly kind: 'stuck'; readonly at: number; readonly expected: readonly string[] }

const MOST_WORDS = 64

/**
 * Words as a person typed them against a pattern. `name=value` may stand anywhere for an input in `named` (default: the inputs of
 * the pattern) and then fills it; the pattern may then leave that input out, with the words around it.
 */
export function matchCommand(
  pattern: CommandPattern,
  words: readonly string[],
  named: readonly string[] = inputsOf(pattern.parts).map(input => input.name),
): CommandMatch {
  if (words.length > MOST_WORDS) return { kind: 'stuck', at: MOST_WORDS, expected: [''] }
  const { given, rest } = takeNamed(words, named)
  const furthest: Furthest = { at: -1, expected: new Set() }
  const parts = without(pattern.parts, given)
  const args = follow(parts, { words: rest, at: 0, args: given }, furthest)
  if (args) return { kind: 'matched', args }
  return { kind: 'stuck', at: rest[furthest.at]?.index ?? words.length, expected: [...furthest.expected] }
}

interface Word {
  readonly text: string
  /** Its place among all words, named ones counted. */
  readonly index: number
}

type Args = Readonly<Record<string, string>>

interface Position {
  readonly words: readonly Word[]
  readonly at: number
  readonly args: Args
}

interface Furthest {
  at: number
  expected: Set<string>
}

function takeNamed(words: readonly string[], named: readonly string[]): { given: Args; rest: readonly Word[] } {
  const given: Record<string, string> = {}
  const rest: Word[] = []
  for (const [index, text] of words.entries()) {
    const [, name, value] = /^([a-z][a-z0-9_]*)=(.*)$/s.exec(text) ?? []
    if (name !== undefined && value !== undefined && named.includes(name)) given[name] = value
    else rest.push({ text, index })
  }
  return { given, rest }
}

/** The pattern without the inputs that were given by name; brackets that lose their input go as a whole. */
function without(parts: readonly CommandPart[], given: Args): readonly CommandPart[] {
  return parts.flatMap((part): readonly CommandPart[] => {
    if (part.kind === 'word') return [part]
    if (part.kind === 'input') return Object.hasOwn(given, part.name) ? [] : [part]
    const own = part.parts.filter(inner => inner.kind === 'input')
    const isGiven = own.length > 0 && own.every(inner => Object.hasOwn(given, inner.name))
    return isGiven ? [] : [{ kind: 'optional', parts: without(part.parts, given) }]
  })
}

/** Tries the parts in order; an optional part is first taken, then left out. Gives the arguments when all words are used. */
function follow(parts: readonly CommandPart[], position: Position, furthest: Furthest): Args | undefined {
  const [part, ...later] = parts
  const word = position.words[position.at]
  if (!part) return word === undefined ? position.args : note(furthest, position.at, '')
  if (part.kind === 'optional')
    return follow([...part.parts, ...later], position, furthest) ?? follow(later, position, furthest)
  const isFit = word !== undefined && (part.kind === 'input' || word.text === part.word)
  if (!isFit) return note(furthest, position.at, part.kind === 'input' ? `<${part.name}>` : part.word)
  const args = part.kind === 'input' ? { ...position.args, [part.name]: word.text } : position.args
  return follow(later, { ...position, at: position.at + 1, args }, furthest)
}

function note(furthest: Furthest, at: number, expected: string): undefined {
  if (at > furthest.at) {
    furthest.at = at
    furthest.expected = new Set()
  }
  if (at === furthest.at) furthest.expected.add(expected)
}

/** Whether some words would fit both patterns, so that nobody could say which is meant. An input fits any word. */
export function areAmbiguous(one: CommandPattern, other: CommandPattern): boolean {
  if (one.verb !== other.verb) return false
  const others = forms(other.parts)
  return forms(one.parts).some(form => others.some(candidate => isSameShape(form, candidate)))
}

/** All sequences of words and inputs (as undefined) a pattern stands for; brackets taken and left out. */
function forms(parts: readonly CommandPart[]): readonly (readonly (string | undefined)[])[] {
  return parts.reduce<readonly (readonly (string | undefined)[])[]>(
    (made, part) => {
      const choices =
        part.kind === 'optional' ? [[], ...forms(part.parts)] : [[part.kind === 'word' ? part.word : undefined]]
      return made.flatMap(form => choices.map(choice => [...form, ...choice])).slice(0, MOST_FORMS)
    },
    [[]],
  )
}

const MOST_FORMS = 256

function isSameShape(one: readonly (string | undefined)[], other: readonly (string | undefined)[]): boolean {
  return (
    one.length === other.length &&
    one.every((word, index) => word === undefined || other[index] === undefined || word === other[index])
  )
}
