import { bad, good, type Result } from '../problem.ts'
import { type Finding, findingProblem } from './finding.ts'

/** A word as it is, a word that becomes an input, or a part that may be left out. */
export type CommandPart =
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'input'; readonly name: string; readonly start: number }
  | { readonly kind: 'optional'; readonly parts: readonly CommandPart[] }

export interface CommandPattern {
  /** As written: `failover <group> [to <node>]`. */
  readonly text: string
  /** The first word. */
  readonly verb: string
  readonly parts: readonly CommandPart[]
}

interface Token {
  readonly text: string
  readonly start: number
}

const DEEPEST = 4
const LONGEST = 200
const MOST_BRACKETS = 8

/** Reads `failover <group> [to <node>]`. Problems show the pattern with a caret. */
export function parseCommandPattern(text: string): Result<CommandPattern> {
  const read = readPattern(text)
  return 'findings' in read ? bad(...read.findings.map(finding => findingProblem(text, finding))) : good(read)
}

/** The same with offsets instead of problems, for patterns inside a file. */
export function readPattern(text: string): CommandPattern | { readonly findings: readonly Finding[] } {
  const tokens = [...text.matchAll(/[[\]]|<[^<>[\]\s]*>|[^\s[\]<>]+|[<>]/g)].map(found => ({
    text: found[0],
    start: found.index,
  }))
  const tooMuch = limitFinding(text)
  if (tooMuch) return { findings: [tooMuch] }
  const findings: Finding[] = []
  const parts = readParts(tokens, 0, findings)
  const first = parts[0]
  if (findings.length === 0 && first?.kind !== 'word')
    findings.push({
      ...at({ text, start: 0 }),
      message: 'A command begins with a word of its own, e.g. failover <group>.',
    })
  return findings.length > 0 || first?.kind !== 'word' ? { findings } : { text, verb: first.word, parts }
}

/** Every bracket doubles the ways in which words can fit, and a command should fit into a head as well. */
function limitFinding(text: string): Finding | undefined {
  const whole = { code: 'command-pattern', start: 0, end: text.length }
  if (text.length > LONGEST) return { ...whole, message: `A command is ${LONGEST} characters at most.` }
  const brackets = text.split('[').length - 1
  return brackets > MOST_BRACKETS
    ? { ...whole, message: `A command has ${MOST_BRACKETS} brackets at most.` }
    : undefined
}

/** Takes tokens off the front up to the end, or inside brackets up to the closing one. */
function readParts(tokens: Token[], depth: number, findings: Finding[], open?: Token): readonly CommandPart[] {
  const parts: CommandPart[] = []
  for (let token = tokens.shift(); token; token = tokens.shift()) {
    if (token.text === ']') {
      if (depth > 0) return parts
      findings.push({ ...at(token), message: 'This bracket closes nothing.' })
    } else if (token.text === '[') parts.push(readOptional(token, tokens, depth, findings))
    else parts.push(...readWord(token, findings))
  }
  if (open) findings.push({ ...at(open), message: 'This bracket is not closed.' })
  return parts
}

function readOptional(open: Token, tokens: Token[], depth: number, findings: Finding[]): CommandPart {
  if (depth >= DEEPEST) findings.push({ ...at(open), message: `Brackets go ${DEEPEST} deep at most.` })
  const before = findings.length
  const parts = depth >= DEEPEST ? [] : readParts(tokens, depth + 1, findings, open)
  if (parts.length === 0 && findings.length === before)
    findings.push({ ...at(open), message: 'There is nothing in these brackets.' })
  return { kind: 'optional', parts }
}

function readWord(token: Token, findings: Finding[]): readonly CommandPart[] {
  const input = /^<([a-z][a-z0-9_]*)>$/.exec(token.text)?.[1]
  if (input) return [{ kind: 'input', name: input, start: token.start }]
  if (/^[a-z][a-z0-9-]*$/.test(token.text)) return [{ kind: 'word', word: token.text }]
  const message = token.text.startsWith('<')
    ? `${token.text} is not an input: write it like <group>.`
    : `"${token.text}" is not a word of a command: a-z, 0-9 and -.`
  findings.push({ ...at(token), message })
  return []
}

function at(token: Token): Omit<Finding, 'message'> {
  return { code: 'command-pattern', start: token.start, end: token.start + token.text.length }
}

/** The inputs of a pattern in order, each with whether it may be left out. */
export function inputsOf(parts: readonly CommandPart[], isOptional = false): readonly PatternInput[] {
  return parts.flatMap(part => {
    if (part.kind === 'optional') return inputsOf(part.parts, true)
    return part.kind === 'input' ? [{ name: part.name, start: part.start, isOptional }] : []
  })
}

export interface PatternInput {
  readonly name: string
  /** Offset of `<name>` in the pattern. */
  readonly start: number
  readonly isOptional: boolean
}
