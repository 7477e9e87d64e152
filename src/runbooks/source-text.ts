import { caret, type Place, type Problem } from '../problem.ts'

/** A text with the name it is known by to people. */
export interface SourceText {
  readonly file: string
  readonly text: string
}

/** What is wrong, without where: the place and the excerpt are added by whoever knows the text. */
export type Complaint = Omit<Problem, 'place' | 'excerpt'>

const WIDEST_EXCERPT = 140
const CONTEXT_BEFORE = 60

/** Line and column of an offset in UTF-16 units, both counted from 1. */
export function placeOf(source: SourceText, offset: number): Place {
  const before = source.text.slice(0, offset)
  return { file: source.file, line: before.split('\n').length, column: offset - lineStart(source.text, offset) + 1 }
}

/** A problem at `start`…`end` of a text, with its line and a caret below. */
export function problemAt(source: SourceText, start: number, end: number, complaint: Complaint): Problem {
  return { ...complaint, place: placeOf(source, start), excerpt: excerptOf(source.text, start, end) }
}

/** The whole line around an offset, without its line break. */
export function lineAt(text: string, offset: number): string {
  const end = text.indexOf('\n', offset)
  return text.slice(lineStart(text, offset), end < 0 ? text.length : end).replace(/\r$/, '')
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
}

/** One line with a caret; a long line is cut so that the caret stays in sight. */
export function excerptOf(text: string, start: number, end: number): string {
  const line = lineAt(text, start)
  const column = start - lineStart(text, start)
  const length = Math.max(1, Math.min(end - start, line.length - column))
  if (line.length <= WIDEST_EXCERPT) return caret(line, column, length)
  const from = Math.max(0, column - CONTEXT_BEFORE)
  const cut = line.slice(from, from + WIDEST_EXCERPT)
  const head = from > 0 ? '…' : ''
  return caret(`${head}${cut}`, column - from + head.length, Math.min(length, cut.length - (column - from)))
}

/** Problems in the order in which a reader meets them; what has no place comes first. */
export function inReadingOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort(
    (a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0),
  )
}
