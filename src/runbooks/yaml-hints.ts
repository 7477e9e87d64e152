import { lineAt, type SourceText } from './source-text.ts'

const LONGEST_LINE = 300
const ELSEWHERE = 'Put the value in quotes.'

/** "Quote it: check: "!cluster.x"" for the line at an offset: what a person would write instead. */
export function quoteHint(source: SourceText, offset: number): string {
  const line = lineAt(source, offset).trimEnd()
  const [, key, value] = (line.length <= LONGEST_LINE && /^[\s-]*([A-Za-z_][\w-]*):\s+(\S.*)$/.exec(line)) || []
  if (key === undefined || value === undefined) return ELSEWHERE
  if (/^\S*\s*[[{]/.test(value)) return 'Write the value out where it is needed.'
  return `Quote it: ${key}: ${quoteYaml(value)}`
}

/** A text as a quoted YAML scalar on one line, in the quotes that need the least escaping. */
export function quoteYaml(text: string): string {
  return /["\\]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`
}
