import type { Automaton } from './automaton.ts'
import { addSpan, applySpan, type Span } from './spans.ts'

/** Takes one stream of bytes in whatever pieces it comes, and gives back as many bytes with every known value masked. */
export interface RedactingStream {
  /** What is safe to pass on by now. Only the beginning of a possible match is held back. */
  write(chunk: Buffer): Buffer
  /** The rest, at the end of the stream. */
  flush(): Buffer
}

const NOTHING = Buffer.alloc(0)

/** `current` gives the automaton of the values registered so far; a value that becomes known later is masked from then on. */
export function redactingStream(current: () => Automaton): RedactingStream {
  let automaton = current()
  let state = 0
  /** Where in the stream `held` begins. */
  let base = 0
  let held = NOTHING
  let spans: Span[] = []

  /** The one hot loop; its indices are in bounds by construction, which is what the `as number` say. */
  function scan(bytes: Buffer, from: number): void {
    const { next, classOf, found, width, patterns } = automaton
    let at = state
    for (let index = from; index < bytes.length; index++) {
      at = next[at + (classOf[bytes[index] as number] as number)] as number
      if (at >= 0) continue
      at = ~at
      const pattern = patterns[(found[at / width] ?? 0) - 1]
      if (pattern) addSpan(spans, pattern, base + index + 1)
    }
    state = at
  }

  function release(bytes: Buffer, keep: number): Buffer {
    const ready = bytes.subarray(0, bytes.length - keep)
    const masked = spans.length === 0 ? ready : Buffer.from(ready)
    for (const span of spans) applySpan(masked, base, span)
    base += ready.length
    held = Buffer.from(bytes.subarray(ready.length))
    spans = spans.filter(span => span.end > base)
    return masked
  }

  function takeUpNewValues(): void {
    const newest = current()
    if (newest === automaton) return
    automaton = newest
    state = 0
    scan(held, 0)
  }

  return {
    write(chunk) {
      takeUpNewValues()
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      scan(bytes, held.length)
      return release(bytes, automaton.hold[state / automaton.width] ?? 0)
    },
    flush() {
      takeUpNewValues()
      state = 0
      return release(held, 0)
    },
  }
}
