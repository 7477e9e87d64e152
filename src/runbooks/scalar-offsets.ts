import type { Scalar } from 'yaml'

/**
 * For each character of a scalar's value the offset in the text where it was written, and one more for the end. So that a mistake
 * inside a quoted, escaped, folded or indented scalar is shown where the author typed it.
 */
export function scalarOffsets(text: string, scalar: Scalar<string>): readonly number[] {
  const [start, end] = scalar.range ?? [0, 0]
  switch (scalar.type) {
    case 'QUOTE_DOUBLE':
      return aligned(scalar.value, text, start + 1, end - 1, escapeLength)
    case 'QUOTE_SINGLE':
      return aligned(scalar.value, text, start + 1, end - 1, (written, at, units) =>
        written.startsWith("''", at) ? 2 : units,
      )
    case 'BLOCK_LITERAL':
    case 'BLOCK_FOLDED':
      return aligned(scalar.value, text, text.indexOf('\n', start), end, plainLength)
    default:
      return aligned(scalar.value, text, start, end, plainLength)
  }
}

/** How long the character of `units` UTF-16 units at an offset is as it was written. */
type Width = (text: string, at: number, units: number) => number

/** Walks value and text together; a run of white space with a line break stands for the spaces and breaks it was folded into. */
function aligned(value: string, text: string, from: number, to: number, width: Width): readonly number[] {
  const offsets: number[] = []
  let at = from
  while (offsets.length < value.length) {
    const run = foldedRun(text, at, to)
    const units = run > 0 ? blanksFrom(value, offsets.length) : unitsAt(value, offsets.length)
    for (let unit = 0; unit < units; unit++) offsets.push(at)
    at += run > 0 ? run : width(text, at, units)
  }
  return [...offsets, Math.min(at, to)]
}

function unitsAt(value: string, index: number): number {
  return (value.codePointAt(index) ?? 0) > 0xffff ? 2 : 1
}

function blanksFrom(value: string, index: number): number {
  let end = index
  while (value[end] === ' ' || value[end] === '\n') end += 1
  return end - index
}

function foldedRun(text: string, at: number, to: number): number {
  const run = /[ \t]*(?:\\?\r?\n[ \t]*)+/y
  run.lastIndex = at
  return at < to && run.test(text) ? Math.min(run.lastIndex, to) - at : 0
}

const ESCAPE_LENGTHS: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 }

function escapeLength(text: string, at: number, units: number): number {
  if (text[at] !== '\\') return units
  return ESCAPE_LENGTHS[text[at + 1] ?? ''] ?? 2
}

function plainLength(_text: string, _at: number, units: number): number {
  return units
}
