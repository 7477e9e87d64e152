import { bad, caret, good, type Result } from '../problem.ts'
import { needsReason } from './needs-reason.ts'
import { isOwnVerb, OWN_VERBS, type OwnVerb } from './own-verbs.ts'
import type { Word } from './words.ts'

/** Verbs that are ha-bot's own and start no run. `number` is the run's. */
export type OwnCommand =
  | { readonly kind: 'help'; readonly topic: string }
  | { readonly kind: 'runs'; readonly cluster?: string }
  | { readonly kind: 'show'; readonly number: number }
  | {
      readonly kind: 'stop' | 'approve' | 'deny' | 'resume' | 'mark-done' | 'take-over'
      readonly number: number
      readonly reason: string
      readonly confirm: string
    }

/** One of ha-bot's own commands, what is wrong with it, or undefined when the first word is none of them. */
export function ownCommand(line: string, words: readonly Word[]): Result<OwnCommand> | undefined {
  const [verb, first, ...more] = words
  if (!verb || verb.quoted || !isOwnVerb(verb.text)) return undefined
  if (verb.text === 'help') return good({ kind: 'help', topic: textOf(words.slice(1)) })
  if (verb.text === 'runs') {
    const cluster = first?.text === 'on' ? more[0]?.text : undefined
    return good({ kind: 'runs', ...(cluster !== undefined && { cluster }) })
  }
  const number = runNumber(first?.text)
  if (number === undefined) return bad(needsRun(line, verb.text, first ?? verb))
  if (verb.text === 'show') return good({ kind: 'show', number })
  return aboutRun(line, verb.text, number, more)
}

type WordKind = Extract<OwnCommand, { readonly reason: string }>['kind']

function aboutRun(line: string, kind: WordKind, number: number, words: readonly Word[]): Result<OwnCommand> {
  // Only gates ask for a name to be typed; elsewhere every word belongs to the reason.
  const isDecision = kind === 'approve' || kind === 'deny'
  const said = isDecision ? confirmation(words) : { confirm: '', reason: textOf(words) }
  const missing = kind === 'mark-done' || kind === 'take-over' ? needsReason(kind, said.reason, afterEnd(line)) : []
  return missing.length > 0 ? bad(...missing) : good({ kind, number, ...said })
}

/** People leave out the quotes: all that was said is the reason. */
function textOf(words: readonly Word[]): string {
  return words.map(word => word.text).join(' ')
}

/** `42` or `#42`. */
function runNumber(word: string | undefined): number | undefined {
  const digits = /^#?(\d{1,9})$/.exec(word ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}

const CONFIRM = 'confirm='

/** `confirm=node2` is what a destructive gate asks to be typed; everything else is the reason. */
function confirmation(words: readonly Word[]): { confirm: string; reason: string } {
  const typed = words.find(word => word.text.startsWith(CONFIRM))
  return {
    confirm: typed?.text.slice(CONFIRM.length) ?? '',
    reason: textOf(words.filter(word => word !== typed)),
  }
}

/** Points behind what was typed. */
function afterEnd(line: string): string {
  return caret(`/ha ${line}`, line.length + 5)
}

function needsRun(line: string, verb: Exclude<OwnVerb, 'help' | 'runs'>, at: { start: number; end: number }) {
  return {
    code: 'needs-run',
    message: `${verb} needs the number of a run.`,
    excerpt: caret(`/ha ${line}`, at.start + 4, at.end - at.start),
    stillTrue: 'Nothing ran.',
    next: `Write: /ha ${OWN_VERBS[verb].usage}. /ha runs lists them.`,
  }
}
