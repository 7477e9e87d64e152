/** Where in a text a problem was found; lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/**
 * Something a person must know and can act on. Problems are values: they are returned, collected and worded once.
 * `message` says what happened and to what; `next` says what to do about it.
 */
export interface Problem {
  /** Stable word for tests and metrics, e.g. `unknown-group`. */
  readonly code: string
  readonly message: string
  readonly place?: Place
  /** The input with a caret below the offending part; shown in a fixed-width font. */
  readonly excerpt?: string
  /** The one thing that was probably meant, e.g. `server2`. Never carried out by itself. */
  readonly suggestion?: string
  /** What is still true although this happened, e.g. "Nothing was changed." */
  readonly stillTrue?: string
  readonly next?: string
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export function good<T>(value: T): Result<T> {
  return { ok: true, value }
}

export function bad(...problems: Problem[]): { readonly ok: false; readonly problems: readonly Problem[] } {
  return { ok: false, problems }
}

/** The input with a caret line below `length` characters from `start` (0-based, in UTF-16 units). */
export function caret(input: string, start: number, length = 1): string {
  return `${input}\n${' '.repeat(start)}${'^'.repeat(Math.max(1, length))}`
}

/** A problem as plain text. What a person typed stands first; of a file, the place does, as every compiler writes it. */
export function problemText(problem: Problem): string {
  const place = problem.place
  const where = place ? `${place.file}:${place.line}:${place.column} ` : ''
  const suggestion = problem.suggestion ? ` Did you mean ${problem.suggestion}?` : ''
  const rest = [problem.stillTrue, problem.next].filter(Boolean).join(' ')
  const message = `${where}${problem.message}${suggestion}`
  const lines = place ? [message, problem.excerpt, rest] : [problem.excerpt, message, rest]
  return lines.filter(Boolean).join('\n')
}
