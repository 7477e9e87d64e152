import { bad, caret, good, type Result } from '../problem.ts'

/** One word of a command and where it stands in what was typed (0-based, end exclusive; quotes included). */
export interface Word {
  readonly text: string
  readonly start: number
  readonly end: number
  /** It was quoted: never taken for a keyword. */
  readonly quoted: boolean
}

const SMART: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '„': '"',
  '‘': "'",
  '’': "'",
  '–': '-',
  '—': '-',
  '\u00a0': ' ',
}

/** What phones and Slack make of quotes, dashes and spaces, turned back; every character keeps its place. */
export function plainPunctuation(text: string): string {
  return text.replace(/[“”„‘’–—\u00a0]/g, found => SMART[found] ?? found)
}

/** Pieces that touch are one word: `"it's "'"done"'`. */
const WORD = /(?:"[^"]*"|'[^']*'|[^\s"'])+/g
const QUOTED = /^(?:"[^"]*"|'[^']*')+$/

/** Splits a command into words. Quotes group; nothing is ever expanded. An open quote is the only thing that can be wrong. */
export function splitWords(input: string): Result<readonly Word[]> {
  const text = plainPunctuation(input)
  const words: Word[] = []
  let covered = 0
  for (const match of text.matchAll(WORD)) {
    const stray = text.slice(covered, match.index).search(/\S/)
    if (stray >= 0) return bad(openQuote(input, covered + stray))
    covered = match.index + match[0].length
    words.push({ ...unquoted(match[0]), start: match.index, end: covered })
  }
  const rest = text.slice(covered).search(/\S/)
  return rest >= 0 ? bad(openQuote(input, covered + rest)) : good(words)
}

function unquoted(word: string): { text: string; quoted: boolean } {
  const text = word.replace(/"([^"]*)"|'([^']*)'/g, (_, a?: string, b?: string) => a ?? b ?? '')
  return { text, quoted: QUOTED.test(word) }
}

function openQuote(input: string, at: number) {
  return {
    code: 'open-quote',
    message: 'A quote is opened here and never closed.',
    excerpt: caret(input, at),
    stillTrue: 'Nothing ran.',
    next: 'Close it, or leave it out.',
  }
}
