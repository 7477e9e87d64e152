import type { Automaton } from './automaton.ts'
import { beginning, type Control, following, LONGEST_CONTROL, openingOf, SUSPECTS } from './controls.ts'
import { addSpan, applySpan, type Span } from './spans.ts'
import { TextReading } from './text-reading.ts'

/** Takes one stream of bytes in whatever pieces it comes, and gives back as many bytes with every known value masked. */
export interface RedactingStream {
  /** What is safe to pass on by now. Only the beginning of a possible match, or of a control, is held back. */
  write(chunk: Buffer): Buffer
  /** The rest, at the end of the stream. */
  flush(): Buffer
}

const NOTHING = Buffer.alloc(0)

/** `current` gives the automaton of the values registered so far; a value that becomes known later is masked from then on. */
export function redactingStream(current: () => Automaton): RedactingStream {
  return new Redacting(current)
}

/**
 * Two readings of one stream: the bytes as they are, and as text, without controls. While no control is near they are in the same state,
 * and one loop does for both; from a control on they go apart until both are in the same state again.
 */
class Redacting implements RedactingStream {
  readonly #current: () => Automaton
  #automaton: Automaton
  #text: TextReading
  /** State of the reading of bytes, and of both while they are together. */
  #state = 0
  #isApart = false
  /** What the reading of text has not made up its mind about. */
  #control: Control | undefined
  /** Where in the stream `held` begins. */
  #base = 0
  #held: Buffer = NOTHING
  #spans: Span[] = []
  readonly #tell = (span: Span) => addSpan(this.#spans, span)

  constructor(current: () => Automaton) {
    this.#current = current
    this.#automaton = current()
    this.#text = new TextReading(this.#automaton, this.#tell)
  }

  write(chunk: Buffer): Buffer {
    this.#takeUpNewValues()
    const from = this.#held.length
    const bytes = from === 0 ? chunk : Buffer.concat([this.#held, chunk])
    this.#scan(bytes, from)
    return this.#release(bytes, this.#heldFrom(this.#base + bytes.length))
  }

  flush(): Buffer {
    this.#takeUpNewValues()
    const end = this.#base + this.#held.length
    while (this.#control) this.#giveUp(this.#control, end, this.#held)
    return this.#release(this.#held, end)
  }

  #takeUpNewValues(): void {
    const newest = this.#current()
    if (newest === this.#automaton) return
    this.#automaton = newest
    this.#text = new TextReading(newest, this.#tell, this.#text)
    this.#state = 0
    this.#control = undefined
    this.#isApart = !this.#text.isPlain
    this.#scan(this.#held, 0)
  }

  #scan(bytes: Buffer, from: number): void {
    for (let index = from; index < bytes.length; )
      index = this.#isApart ? this.#readApart(bytes, index) : this.#readTogether(bytes, index)
  }

  /** The hot loop; its indices are in bounds by construction, which is what the `as number` say. Returns where it had to stop. */
  #readTogether(bytes: Buffer, from: number): number {
    const { next, classOf, found, hold, width } = this.#automaton
    let at = this.#state
    for (let index = from; index < bytes.length; index++) {
      const byte = bytes[index] as number
      const to = next[at + (classOf[byte] as number)] as number
      if (to >= 0) {
        at = to
        continue
      }
      const isInert = (hold[at / width] as number) + (hold[~to / width] as number) === 0
      if (SUSPECTS[byte] === 1 && !isText(bytes, index, isInert)) return this.#part(at, index)
      at = ~to
      const number = found[at / width] as number
      if (number === 0) continue
      this.#text.found(number, this.#base + index + 1)
      if (!this.#text.isPlain) return this.#part(at, index + 1)
    }
    this.#state = at
    return bytes.length
  }

  #part(state: number, index: number): number {
    this.#state = state
    this.#text.state = state
    this.#isApart = true
    return index
  }

  #readApart(bytes: Buffer, from: number): number {
    const { next, classOf, found, width, patterns } = this.#automaton
    for (let index = from; index < bytes.length; index++) {
      const byte = bytes[index] as number
      const to = next[this.#state + (classOf[byte] as number)] as number
      this.#state = to < 0 ? ~to : to
      const end = this.#base + index + 1
      const pattern = patterns[(found[this.#state / width] as number) - 1]
      if (pattern?.mask) this.#tell({ start: end - pattern.bytes.length, end, mask: pattern.mask })
      this.#readText(end - 1, bytes)
      if (this.#isTogether()) {
        this.#isApart = false
        return index + 1
      }
    }
    return bytes.length
  }

  #isTogether(): boolean {
    if (this.#control || !this.#text.isPlain) return false
    const { hold, width } = this.#automaton
    const { state } = this.#text
    return state === this.#state || (hold[state / width] === 0 && hold[this.#state / width] === 0)
  }

  /** Gives the byte at `place` to the reading of text, which passes over controls as wholes. */
  #readText(place: number, bytes: Buffer): void {
    const byte = bytes[place - this.#base] as number
    const control = this.#control
    const isTooLong = control !== undefined && place - control.start >= LONGEST_CONTROL
    const follows = control ? (isTooLong ? 'none' : following(control.inside, byte)) : beginning(byte)
    if (follows === 'whole') {
      this.#control = undefined
      this.#text.skip(control?.start ?? place, place + 1)
    } else if (follows === 'none') {
      if (control) this.#giveUp(control, place + 1, bytes)
      else this.#text.read(byte, place)
    } else if (control) control.inside = follows
    else this.#control = { start: place, inside: follows }
  }

  /** It was no control: but for its opening it is text, up to `end`, and other controls may be in it. */
  #giveUp({ start, inside }: Control, end: number, bytes: Buffer): void {
    this.#control = undefined
    const opening = openingOf(inside)
    if (opening > 0) this.#text.skip(start, start + opening)
    else this.#text.read(bytes[start - this.#base] as number, start)
    for (let place = start + Math.max(1, opening); place < end; place++) this.#readText(place, bytes)
  }

  /** From here on nothing may be passed on yet; `end` is where both readings are. */
  #heldFrom(end: number): number {
    const { hold, width } = this.#automaton
    const from = end - (hold[this.#state / width] ?? 0)
    return this.#isApart ? Math.min(from, this.#text.heldFrom(this.#control?.start ?? end)) : from
  }

  #release(bytes: Buffer, until: number): Buffer {
    const ready = bytes.subarray(0, until - this.#base)
    const masked = this.#spans.length === 0 ? ready : Buffer.from(ready)
    for (const span of this.#spans) applySpan(masked, this.#base, span)
    this.#base = until
    this.#held = Buffer.from(bytes.subarray(ready.length))
    this.#spans = this.#spans.filter(span => span.end > until)
    return masked
  }
}

/** Whether this byte, which may begin a control, surely does not; one that stands alone matters not while `isInert`. */
function isText(bytes: Buffer, index: number, isInert: boolean): boolean {
  let follows = beginning(bytes[index] as number)
  if (follows === 'whole') return isInert
  for (let at = index + 1; follows !== 'none'; at++) {
    if (follows === 'whole' || openingOf(follows) > 0 || at >= bytes.length) return false
    follows = following(follows, bytes[at] as number)
  }
  return true
}
