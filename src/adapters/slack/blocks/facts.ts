import { cut } from '../limits.ts'
import { bold, bullets, line, preformatted, type RichPart, words } from './rich.ts'

/** What a command printed is in columns, or long; it keeps its width. */
function isPrinted(lines: readonly string[]): boolean {
  return lines.length > 5 || lines.some(text => /^\s|\S {2,}\S/.test(text))
}

/** A labelled statement: one line beside its label, several below it. */
export function factParts(label: string, lines: readonly string[]): RichPart[] {
  const name = bold(cut(label, 80))
  if (lines.length > 1 && isPrinted(lines)) return [line(name), preformatted(lines.join('\n'))]
  const [first = '', ...others] = lines
  const head = line(name, words(`  ${first}`))
  return others.length > 0 ? [head, bullets(others.map(text => [words(text)]))] : [head]
}
