/** Bytes from `start` up to `end` of the whole stream that are masked: by `mask`, and where that is used up by stars. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly mask: Buffer
}

const STAR = 0x2a

/** `[redacted:name]` filled up with stars; where that does not fit, stars alone. Exactly `length` bytes. */
export function maskOf(name: string, length: number): Buffer {
  const label = Buffer.from(`[redacted:${name}]`, 'utf8')
  const mask = Buffer.alloc(length, STAR)
  if (label.length <= length) label.copy(mask)
  return mask
}

/**
 * Adds what was found to the spans so far, which are in order. Findings that overlap become one span, so that no end of a secret stays
 * behind another; its label is that of the finding that begins first, the longest of those.
 */
export function addSpan(spans: Span[], found: Span): void {
  let merged = found
  let at = spans.length
  for (let last = spans[at - 1]; last && last.end > merged.start; last = spans[at - 1]) {
    at -= 1
    if (last.start >= merged.end) continue
    spans.splice(at, 1)
    merged = joined(last, merged)
  }
  while (at < spans.length && (spans[at]?.start ?? 0) < merged.start) at += 1
  spans.splice(at, 0, merged)
}

function joined(one: Span, other: Span): Span {
  const start = Math.min(one.start, other.start)
  const end = Math.max(one.end, other.end)
  const isOne = one.start < other.start || (one.start === other.start && one.end > other.end)
  return { start, end, mask: isOne ? one.mask : other.mask }
}

/** Masks in place the part of `span` that lies in `bytes`, whose first byte is at `base` of the stream. */
export function applySpan(bytes: Buffer, base: number, span: Span): void {
  const from = Math.max(span.start, base)
  const to = Math.min(span.end, base + bytes.length)
  for (let at = from; at < to; at++) bytes[at - base] = span.mask[at - span.start] ?? STAR
}
