import { bad, caret, good, type Problem, type Result } from '../problem.ts'
import type { Word } from './words.ts'

/** A command without what may stand behind any of them: `… on <cluster>` and `… override <step> because "…"`. */
export interface Clauses {
  readonly words: readonly Word[]
  readonly cluster?: Word
  readonly overrides: readonly { readonly step: string; readonly reason: string }[]
}

/** Takes the clauses off the end, in any order. `shown` is the text that excerpts show, `offset` where the words begin in it. */
export function takeClauses(words: readonly Word[], shown: string, offset: number): Result<Clauses> {
  let rest = [...words]
  let cluster: Word | undefined
  const overrides: { step: string; reason: string }[] = []
  for (;;) {
    if (cluster === undefined && isKeyword(rest.at(-2), 'on')) {
      cluster = rest.at(-1)
      rest = rest.slice(0, -2)
    } else if (isKeyword(rest.at(-4), 'override') && isKeyword(rest.at(-2), 'because')) {
      overrides.unshift({ step: rest.at(-3)?.text ?? '', reason: rest.at(-1)?.text ?? '' })
      rest = rest.slice(0, -4)
    } else break
  }
  const stray = rest.find(word => isKeyword(word, 'override'))
  if (stray) return bad(openOverride(stray, shown, offset))
  return good({ words: rest, overrides, ...(cluster && { cluster }) })
}

function isKeyword(word: Word | undefined, keyword: string): boolean {
  return word !== undefined && !word.quoted && word.text === keyword
}

function openOverride(word: Word, shown: string, offset: number): Problem {
  return {
    code: 'override-form',
    message: 'An override names the step and says why.',
    excerpt: caret(shown, word.start + offset, word.end - word.start),
    stillTrue: 'Nothing ran.',
    next: 'Write: … override <step> because "the reason"',
  }
}
