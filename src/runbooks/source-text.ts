import { caret, type Problem } from '../problem.ts'

/** A text with the name it is known by to people. */
export interface SourceText {
  readonly file: string
  readonly text: string
}

/** What is wrong, without where: the place and the excerpt are added by whoever knows the text. */
export type Complaint = Omit<Problem, 'place' | 'excerpt'>

const WIDEST_EXCERPT = 140
const CONTEXT_BEFORE = 60

/** Where each line begins, kept per text: a bad file can have a problem on every line. */
const lineStarts = new WeakMap<SourceText, readonly number[]>()

function startsOf(source: SourceText): readonly number[] {
  const known = lineStarts.get(source)
  if (known) return known
  const starts = [0]
  for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1)) starts.push(at + 1)
  lineStarts.set(source, starts)
  return starts
}

/** Index of the line an offset is on, from 0. */
function lineIndex(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

interface Line {
  readonly text: string
  readonly number: number
  /** 0-based, in UTF-16 units. */
  readonly column: number
}

function lineOf(source: SourceText, offset: number): Line {
  const starts = startsOf(source)
  const index = lineIndex(starts, offset)
  const start = starts[index] ?? 0
  const line = source.text.slice(start, (starts[index + 1] ?? source.text.length + 1) - 1)
  return { text: line.endsWith('\r') ? line.slice(0, -1) : line, number: index + 1, column: offset - start }
}

/** The whole line around an offset, without its line break. */
export function lineAt(source: SourceText, offset: number): string {
  return lineOf(source, offset).text
}

/** A problem at `start`…`end` of a text, with its line and a caret below. */
export function problemAt(source: SourceText, start: number, end: number, complaint: Complaint): Problem {
  const line = lineOf(source, start)
  const place = { file: source.file, line: line.number, column: line.column + 1 }
  return { ...complaint, place, excerpt: excerptOf(line, end - start) }
}

/** One line with a caret; a long line is cut so that the caret stays in sight. */
export function excerptOf({ text, column }: Pick<Line, 'text' | 'column'>, wished: number): string {
  const length = Math.max(1, Math.min(wished, text.length - column))
  if (text.length <= WIDEST_EXCERPT) return caret(text, column, length)
  const from = Math.max(0, column - CONTEXT_BEFORE)
  const cut = text.slice(from, from + WIDEST_EXCERPT)
  const head = from > 0 ? '…' : ''
  return caret(`${head}${cut}`, column - from + head.length, Math.min(length, cut.length - (column - from)))
}

/** The same for a text that is not in a file: the line of it with `start`…`end`. */
export function excerptIn(text: string, start: number, end: number): string {
  return excerptOf(lineOf({ file: '', text }, start), end - start)
}

/** Problems in the order in which a reader meets them; what has no place comes first. */
export function inReadingOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort(
    (a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0),
  )
}
