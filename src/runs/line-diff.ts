/** Lines around a difference that are shown with it. */
const CONTEXT = 3
/** So many pairs of lines are held against each other; of more, all that is between the first and the last difference counts as changed. */
const MOST_PAIRS = 1_000_000

/** A line that is on one side only, or on both. */
interface Edit {
  readonly mark: ' ' | '-' | '+'
  readonly text: string
}

/** The differences of two lists of lines as `diff -u` tells them, without the names of the sides; empty when there is none. */
export function lineDiff(from: readonly string[], to: readonly string[]): string[] {
  const edits = editsBetween(from, to)
  return hunksOf(edits).flatMap(([start, end]) => [headOf(edits, start, end), ...edits.slice(start, end).map(asLine)])
}

function asLine({ mark, text }: Edit): string {
  return `${mark}${text}`
}

function editsBetween(from: readonly string[], to: readonly string[]): Edit[] {
  const shorter = Math.min(from.length, to.length)
  let head = 0
  while (head < shorter && from[head] === to[head]) head += 1
  let tail = 0
  while (tail < shorter - head && from.at(-1 - tail) === to.at(-1 - tail)) tail += 1
  const [gone, come] = [from.slice(head, from.length - tail), to.slice(head, to.length - tail)]
  const changed = gone.length * come.length > MOST_PAIRS ? replaced(gone, come) : shortest(gone, come)
  return [...both(from.slice(0, head)), ...changed, ...both(from.slice(from.length - tail))]
}

function both(lines: readonly string[]): Edit[] {
  return lines.map(text => ({ mark: ' ', text }))
}

function replaced(gone: readonly string[], come: readonly string[]): Edit[] {
  return [...gone.map(text => ({ mark: '-' as const, text })), ...come.map(text => ({ mark: '+' as const, text }))]
}

/** By the longest common subsequence: which side gives way is told by what the rests have in common. */
function shortest(gone: readonly string[], come: readonly string[]): Edit[] {
  const common = commonLengths(gone, come)
  const edits: Edit[] = []
  let [a, b] = [0, 0]
  while (a < gone.length && b < come.length) {
    const [left = '', right = ''] = [gone[a], come[b]]
    if (left === right) {
      edits.push({ mark: ' ', text: left })
      a += 1
      b += 1
    } else if (common(a + 1, b) >= common(a, b + 1)) {
      edits.push({ mark: '-', text: left })
      a += 1
    } else {
      edits.push({ mark: '+', text: right })
      b += 1
    }
  }
  return [...edits, ...replaced(gone.slice(a), come.slice(b))]
}

/** How long what both have in common is, from these places on. */
function commonLengths(gone: readonly string[], come: readonly string[]): (a: number, b: number) => number {
  const width = come.length + 1
  const lengths = new Uint32Array((gone.length + 1) * width)
  const at = (a: number, b: number) => lengths[a * width + b] ?? 0
  for (let a = gone.length - 1; a >= 0; a--)
    for (let b = come.length - 1; b >= 0; b--)
      lengths[a * width + b] = gone[a] === come[b] ? 1 + at(a + 1, b + 1) : Math.max(at(a + 1, b), at(a, b + 1))
  return at
}

/** Where differences stand with their context; those whose contexts touch are one. */
function hunksOf(edits: readonly Edit[]): (readonly [start: number, end: number])[] {
  const hunks: [number, number][] = []
  for (const [at, { mark }] of edits.entries()) {
    if (mark === ' ') continue
    const last = hunks.at(-1)
    const end = Math.min(edits.length, at + 1 + CONTEXT)
    if (last && at - CONTEXT <= last[1]) last[1] = end
    else hunks.push([Math.max(0, at - CONTEXT), end])
  }
  return hunks
}

function headOf(edits: readonly Edit[], start: number, end: number): string {
  const range = (without: Edit['mark']) => {
    const before = edits.slice(0, start).filter(edit => edit.mark !== without).length
    const length = edits.slice(start, end).filter(edit => edit.mark !== without).length
    // As diff counts: an empty range is named by the line before it.
    return `${length === 0 ? before : before + 1}${length === 1 ? '' : `,${length}`}`
  }
  return `@@ -${range('+')} +${range('-')} @@`
}
