import { suggest } from '../clusters/suggest.ts'
import { bad, caret, good, type Problem, type Result } from '../problem.ts'
import { parseCommandPattern } from '../runbooks/command-grammar.ts'
import { type CommandMatch, matchCommand } from '../runbooks/command-match.ts'
import { readInput } from '../runbooks/input-types.ts'
import type { LoadedRunbook } from '../runbooks/schema.ts'
import type { Clauses } from './clauses.ts'
import { insteadOn } from './instead.ts'
import { OWN_VERBS } from './own-verbs.ts'
import type { Vocabulary } from './vocabulary.ts'
import { whichCluster } from './which-cluster.ts'
import type { Word } from './words.ts'

export interface RunbookMatch {
  readonly runbook: LoadedRunbook
  /** Raw words by input name. */
  readonly args: Readonly<Record<string, string>>
  readonly cluster: string
}

const OFFSET = '/ha '.length

type Attempt = { readonly runbook: LoadedRunbook; readonly match: CommandMatch }

/** The one runbook whose command these words are, on the one cluster that is meant. */
export function matchRunbook(
  line: string,
  clauses: Clauses,
  grammar: Vocabulary,
  ofChannel: string | undefined,
): Result<RunbookMatch> {
  const attempts = attemptsOf(clauses, grammar)
  const matched = attempts.filter(({ match }) => match.kind === 'matched')
  if (matched.length === 0) return bad(misunderstood(line, clauses, attempts, grammar, ofChannel))

  const candidates = Object.keys(grammar.inventory).filter(name =>
    matched.some(({ runbook }) => isFor(runbook, name, grammar)),
  )
  const names = namesIn(matched)
  const cluster = whichCluster({
    inventory: grammar.inventory,
    candidates,
    said: clauses.cluster,
    ofChannel,
    names,
    shown: `/ha ${line}`,
    offset: OFFSET,
  })
  if (!cluster.ok) return cluster
  const found = matched.find(({ runbook }) => isFor(runbook, cluster.value, grammar))
  if (found?.match.kind !== 'matched') return bad(notOnThisStack(line, cluster.value, grammar))
  const { args } = found.match
  const complaints = typeProblems(line, clauses.words, found.runbook, args)
  return complaints.length > 0 ? bad(...complaints) : good({ runbook: found.runbook, args, cluster: cluster.value })
}

/** Every runbook of a stack that some cluster has, held against the words. */
function attemptsOf(clauses: Clauses, grammar: Vocabulary): Attempt[] {
  const stacks = new Set(Object.values(grammar.inventory).map(cluster => cluster.stack))
  const words = clauses.words.map(word => word.text)
  return [...stacks]
    .flatMap(stack => grammar.library.list(stack))
    .flatMap(runbook => {
      const pattern = parseCommandPattern(runbook.runbook.command)
      return pattern.ok
        ? [{ runbook, match: matchCommand(pattern.value, words, Object.keys(runbook.runbook.inputs)) }]
        : []
    })
}

function isFor(runbook: LoadedRunbook, cluster: string, grammar: Vocabulary): boolean {
  return grammar.inventory[cluster]?.stack === runbook.runbook.stack
}

function namesIn(matched: readonly Attempt[]): string[] {
  return matched.flatMap(({ runbook, match }) =>
    match.kind === 'matched'
      ? Object.entries(match.args)
          .filter(([input]) => isName(runbook, input))
          .map(([, word]) => word)
      : [],
  )
}

function isName({ runbook }: LoadedRunbook, input: string): boolean {
  return runbook.inputs[input]?.type === 'group' || runbook.inputs[input]?.type === 'node'
}

/** Words that cannot be a value of their type, whatever the cluster: refused before anything is journalled. */
function typeProblems(
  line: string,
  words: readonly Word[],
  { runbook }: LoadedRunbook,
  args: Readonly<Record<string, string>>,
): Problem[] {
  return Object.entries(args).flatMap(([input, word]) => {
    const spec = runbook.inputs[input]
    const read = spec && readInput(spec, word)
    if (!read || 'value' in read) return []
    const at = words.find(one => one.text === word) ?? words[0]
    return [{ ...read.complaint, ...(at && { excerpt: marked(line, at) }) }]
  })
}

function misunderstood(
  line: string,
  clauses: Clauses,
  attempts: readonly Attempt[],
  grammar: Vocabulary,
  ofChannel: string | undefined,
): Problem {
  const [verb] = clauses.words
  const near = attempts
    .filter(({ runbook }) => runbook.runbook.command.split(' ')[0] === verb?.text)
    .sort((a, b) => reach(b) - reach(a))
  const [nearest] = near
  const lacking = clusterThatLacks(line, clauses, grammar, ofChannel)
  if (lacking !== undefined) return notOnThisStack(line, lacking, grammar)
  return nearest?.match.kind === 'stuck'
    ? stuck(line, clauses.words, nearest.runbook, nearest.match)
    : unknownVerb(line, verb, grammar)
}

/** The cluster that is meant, when it is known that its stack has no such command. */
function clusterThatLacks(
  line: string,
  clauses: Clauses,
  { inventory }: Vocabulary,
  ofChannel: string | undefined,
): string | undefined {
  const names = Object.keys(inventory)
  const meant = clauses.cluster?.text ?? ofChannel ?? (names.length === 1 ? names[0] : undefined)
  const stack = inventory[meant ?? '']?.stack
  return stack && insteadOn(stack, line) !== undefined ? meant : undefined
}

function reach({ match }: Attempt): number {
  return match.kind === 'stuck' ? match.at : Number.POSITIVE_INFINITY
}

function stuck(
  line: string,
  words: readonly Word[],
  { runbook }: LoadedRunbook,
  match: Extract<CommandMatch, { kind: 'stuck' }>,
): Problem {
  const at = words[match.at]
  const wanted = match.expected.filter(Boolean).join(' or ')
  const message = at
    ? `${quoted(at.text)} does not fit here${wanted ? `: ${wanted} is expected` : '; the command ends before it'}.`
    : `Something is missing: ${wanted}.`
  const suggestion =
    at &&
    suggest(
      at.text,
      match.expected.filter(word => /^[a-z]/.test(word)),
    )
  return {
    code: 'command-form',
    message,
    excerpt: at ? marked(line, at) : caret(`/ha ${line}`, OFFSET + line.length, 1),
    ...(suggestion !== undefined && { suggestion }),
    stillTrue: 'Nothing ran.',
    next: `Write: /ha ${runbook.command}`,
  }
}

function unknownVerb(line: string, verb: Word | undefined, grammar: Vocabulary): Problem {
  const stacks = new Set(Object.values(grammar.inventory).map(cluster => cluster.stack))
  const verbs = [...stacks].flatMap(stack =>
    grammar.library.list(stack).map(({ runbook }) => runbook.command.split(' ')[0] ?? ''),
  )
  const suggestion = verb && suggest(verb.text, [...new Set([...verbs, ...Object.keys(OWN_VERBS)])])
  return {
    code: 'unknown-verb',
    message: `There is no command ${quoted(verb?.text ?? '')}.`,
    ...(verb && { excerpt: marked(line, verb) }),
    ...(suggestion !== undefined && { suggestion }),
    stillTrue: 'Nothing ran.',
    next: 'See /ha help.',
  }
}

function notOnThisStack(line: string, cluster: string, grammar: Vocabulary): Problem {
  const stack = grammar.inventory[cluster]?.stack
  const instead = stack && insteadOn(stack, line)
  return {
    code: 'not-on-stack',
    message: `${cluster} (${stack}) has no such command.`,
    excerpt: `/ha ${line}`,
    stillTrue: 'Nothing ran.',
    next: `${instead ? `${instead} ` : ''}See /ha help on ${cluster}.`,
  }
}

function marked(line: string, word: Word): string {
  return caret(`/ha ${line}`, word.start + OFFSET, word.end - word.start)
}

function quoted(text: string): string {
  return `"${text}"`
}
