import type { OutputRef } from '../runs/events.ts'
import type { Outputs } from './gather.ts'

/** A stored stream as it is shown: not yet made safe for any surface. */
export interface ShownOutput {
  /** Its lines from the beginning. */
  readonly lines: readonly string[]
  /** When that is not all of it: how much more there is, and where. Our own words. */
  readonly more: string
  /** Then also how it ended, as far as the journal knows. */
  readonly tail: readonly string[]
}

/** What there is to show of a stream, up to `limit` characters and its end; undefined for a stream without a byte. */
export function shownOutput(
  ref: OutputRef | undefined,
  outputs: Outputs,
  limit = Number.POSITIVE_INFINITY,
): ShownOutput | undefined {
  if (!ref) return undefined
  const stored = outputs.get(ref.file)
  const tail = linesOf(ref.tail)
  if (!stored)
    return { lines: [], more: `(${ref.bytes} bytes in ${ref.file}, which cannot be read here; its end:)`, tail }
  if (stored.bytes >= stored.total && stored.text.length <= limit)
    return { lines: linesOf(stored.text), more: '', tail: [] }
  const text = wholeLines(stored.text.slice(0, limit))
  const left = stored.total - Buffer.byteLength(text)
  return {
    lines: linesOf(text),
    more: `… ${left} more bytes; ${ref.file} has all ${ref.bytes} (sha256 ${ref.sha256}); its end:`,
    tail,
  }
}

/** Not cut inside a line, unless it is the only one. */
function wholeLines(text: string): string {
  const end = text.lastIndexOf('\n')
  return end > 0 ? text.slice(0, end + 1) : text
}

function linesOf(text: string): string[] {
  const trimmed = text.trimEnd()
  return trimmed === '' ? [] : trimmed.split('\n')
}
