import type { Stack } from '../clusters/inventory.ts'
import { type CommandPattern, parseCommandPattern } from './command-grammar.ts'
import type { LoadedRunbook } from './schema.ts'

/** A runbook with its command taken apart. */
export interface LibraryEntry extends LoadedRunbook {
  readonly pattern: CommandPattern
}

/** All runbooks of an installation. Names are unique within a stack. */
export interface Library {
  find(stack: Stack, name: string): LibraryEntry | undefined
  /** By stack and name. */
  list(stack?: Stack): readonly LibraryEntry[]
  /** Runbooks whose command begins with this word, by stack and name. */
  forVerb(verb: string, stack?: Stack): readonly LibraryEntry[]
  /** The first words of all commands, each once, sorted; for suggestions. */
  verbs(stack?: Stack): readonly string[]
}

/** A library of runbooks that were parsed and linted before. */
export function createLibrary(loaded: readonly LoadedRunbook[]): Library {
  const entries = loaded.flatMap(withPattern).sort((a, b) => order(pathOf(a), pathOf(b)))
  const list = (stack?: Stack) => entries.filter(({ runbook }) => stack === undefined || runbook.stack === stack)
  return {
    list,
    find: (stack, name) => list(stack).find(({ runbook }) => runbook.name === name),
    forVerb: (verb, stack) => list(stack).filter(({ pattern }) => pattern.verb === verb),
    verbs: stack => [...new Set(list(stack).map(({ pattern }) => pattern.verb))].sort(),
  }
}

function withPattern(loaded: LoadedRunbook): readonly LibraryEntry[] {
  const pattern = parseCommandPattern(loaded.runbook.command)
  return pattern.ok ? [{ ...loaded, pattern: pattern.value }] : []
}

function pathOf({ runbook }: LoadedRunbook): string {
  return `${runbook.stack}/${runbook.name}`
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
