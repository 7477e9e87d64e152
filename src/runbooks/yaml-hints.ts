import { lineAt } from './source-text.ts'

/** "Quote it: check: "!cluster.x"" for the line at an offset: what a person would write instead. */
export function quoteHint(text: string, offset: number): string {
  const parts = /^[\s-]*([A-Za-z_][\w-]*):\s+(.+?)\s*$/.exec(lineAt(text, offset))
  if (!parts) return 'Put the value in quotes.'
  const [, key, value] = parts
  if (/^\S*\s*[[{]/.test(value ?? '')) return 'Write the value out where it is needed.'
  return `Quote it: ${key}: ${quoteYaml(value ?? '')}`
}

/** A text as a quoted YAML scalar on one line, in the quotes that need the least escaping. */
export function quoteYaml(text: string): string {
  return /["\\]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`
}
