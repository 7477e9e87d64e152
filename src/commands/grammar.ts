import { bad, good, type Problem, type Result } from '../problem.ts'
import type { LoadedRunbook } from '../runbooks/schema.ts'
import type { Request } from '../runs/events.ts'
import { type Clauses, takeClauses } from './clauses.ts'
import { matchRunbook } from './match-runbook.ts'
import { type OwnCommand, ownCommand } from './own-command.ts'
import type { Vocabulary } from './vocabulary.ts'
import { splitWords } from './words.ts'

/** What a person said, understood: a verb of ha-bot's own, or a request for a runbook. */
export type Command =
  | OwnCommand
  | { readonly kind: 'request'; readonly request: Request; readonly runbook: LoadedRunbook }

/** What excerpts begin with, so that a person sees their own line. */
export const SAID = '/ha '

/**
 * Understands the text after `/ha`. One grammar for Slack, mentions and the terminal. Names are only looked at as names here; whether
 * the cluster has them is asked when the plan is made. Nothing is ever guessed: near misses become a suggestion.
 */
export function parseCommand(text: string, grammar: Vocabulary, ofChannel?: string): Result<Command> {
  // Whatever separates words is a space from here on: excerpts and cards stay on one line.
  const line = text.replace(/\s/g, ' ').trim()
  const split = splitWords(line)
  if (!split.ok) return split
  if (split.value.length === 0) return good({ kind: 'help', topic: '' })
  const own = ownCommand(line, split.value)
  if (own) return own
  const clauses = takeClauses(split.value, SAID + line, SAID.length)
  if (!clauses.ok) return clauses
  return request(line, clauses.value, grammar, ofChannel)
}

function request(line: string, clauses: Clauses, grammar: Vocabulary, ofChannel: string | undefined): Result<Command> {
  const match = matchRunbook(line, clauses, grammar, ofChannel)
  if (!match.ok) return match
  const { runbook, args, cluster } = match.value
  const problems = clauses.overrides.flatMap(({ step }) => notOverridable(runbook, step))
  if (problems.length > 0) return bad(...problems)
  const { overrides } = clauses
  return good({
    kind: 'request',
    runbook,
    request: { text: line, runbook: runbook.runbook.name, args, cluster, overrides: [...overrides] },
  })
}

function notOverridable({ runbook }: LoadedRunbook, id: string): Problem[] {
  const overridable = runbook.steps.filter(step => step.kind === 'check' && step.overridable).map(step => step.id)
  if (overridable.includes(id)) return []
  const next =
    overridable.length > 0
      ? `Steps that can be overridden: ${overridable.join(', ')}.`
      : 'It has none that can be overridden.'
  return [
    {
      code: 'not-overridable',
      message: `${runbook.name} has no overridable step "${id}".`,
      stillTrue: 'Nothing ran.',
      next,
    },
  ]
}
