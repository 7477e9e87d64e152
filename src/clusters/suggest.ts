/**
 * The one candidate that was probably meant, or undefined: also when two are as near as each other. Typing slips count once each (a wrong, missing, extra or swapped
 * letter); longer words allow more of them. A word that only one candidate begins with is taken for that one.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.toLowerCase()
  if (typed === '') return undefined
  const begun = typed.length >= 2 ? candidates.filter(candidate => candidate.toLowerCase().startsWith(typed)) : []
  if (begun.length === 1) return begun[0]
  const near = candidates
    .map(candidate => ({ candidate, slips: slipsBetween(typed, candidate.toLowerCase()) }))
    .filter(({ candidate, slips }) => slips <= allowedSlips(Math.min(typed.length, candidate.length)))
    .sort((a, b) => a.slips - b.slips)
  const [best, second] = near
  return best && best.slips !== second?.slips ? best.candidate : undefined
}

function allowedSlips(length: number): number {
  if (length <= 2) return 0
  return length <= 5 ? 1 : Math.min(3, Math.floor(length / 3))
}

/**
 * Damerau-Levenshtein distance, in which letters that changed places count once (optimal string alignment: no letter is touched
 * twice). In UTF-16 units; words beyond 64 units are not compared and count as far apart.
 */
export function slipsBetween(one: string, other: string): number {
  if (one === other) return 0
  if (one.length > LONGEST || other.length > LONGEST) return Number.POSITIVE_INFINITY
  let [before, last] = [[] as number[], Array.from({ length: other.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= one.length; row++) {
    const next = nextRow(one, other, row, last, before)
    before = last
    last = next
  }
  return last[other.length] ?? 0
}

const LONGEST = 64

function nextRow(
  one: string,
  other: string,
  row: number,
  last: readonly number[],
  before: readonly number[],
): number[] {
  const next = [row]
  for (let column = 1; column <= other.length; column++) {
    const isSame = one[row - 1] === other[column - 1]
    const isSwapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
    next[column] = Math.min(
      at(last, column) + 1,
      at(next, column - 1) + 1,
      at(last, column - 1) + (isSame ? 0 : 1),
      isSwapped ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
    )
  }
  return next
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
