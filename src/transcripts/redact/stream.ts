import type { Automaton } from './automaton.ts'
import {
  beginning,
  type Control,
  endOfCsi,
  following,
  isCharacter,
  LONGEST_CONTROL,
  openingOf,
  SUSPECTS,
} from './controls.ts'
import { addSpan, applySpan, type Span } from './spans.ts'
import { TextReading } from './text-reading.ts'

/** Takes one stream of bytes in whatever pieces it comes, and gives back as many bytes with every known value masked. */
export interface RedactingStream {
  /** What is safe to pass on by now. Only the beginning of a possible match, or of a control, is held back. */
  write(chunk: Buffer): Buffer
  /** The rest, at the end of the stream. */
  flush(): Buffer
}

/** What the one lets pass, the other looks at. */
export function inTurn(first: RedactingStream, second: RedactingStream): RedactingStream {
  return {
    write: chunk => second.write(first.write(chunk)),
    flush: () => Buffer.concat([second.write(first.flush()), second.flush()]),
  }
}

const NOTHING = Buffer.alloc(0)
/** No place to stop at. */
const GO_ON = -1

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
    const { next, classOf, found, width } = this.#automaton
    let at = this.#state
    for (let index = from; index < bytes.length; index++) {
      const byte = bytes[index] as number
      const to = next[at + (classOf[byte] as number)] as number
      if (to >= 0) {
        at = to
        continue
      }
      const stopped = SUSPECTS[byte] === 1 ? this.#meet(bytes, index, at, ~to) : GO_ON
      if (stopped !== GO_ON) return stopped
      at = ~to
      const number = found[at / width] as number
      if (number === 0) continue
      this.#text.found(number, this.#base + index + 1)
      if (!this.#text.isPlain) return this.#part(at, index + 1)
    }
    this.#state = at
    return bytes.length
  }

  /** A byte that may begin a control leads from one state to another. Where to go on, when the two readings go apart here. */
  #meet(bytes: Buffer, index: number, from: number, to: number): number {
    if (isCharacter(bytes, index)) return GO_ON
    const end = endOfCsi(bytes, index)
    if (end > 0) return this.#passOver(from, bytes, index, end)
    const { hold, width } = this.#automaton
    // One that stands alone, outside of any match, makes no difference.
    const isInert = beginning(bytes[index] as number) === 'whole' && hold[from / width] === 0 && hold[to / width] === 0
    return isInert ? GO_ON : this.#part(from, index)
  }

  /** The short way for the most frequent of controls: only the reading of bytes has to look at it. Returns where to go on. */
  #passOver(state: number, bytes: Buffer, from: number, end: number): number {
    this.#part(state, from)
    for (let index = from; index < end; index++) this.#readByte(bytes[index] as number, this.#base + index + 1)
    this.#text.skip(this.#base + from, this.#base + end)
    this.#isApart = !this.#isTogether()
    return end
  }

  #part(state: number, index: number): number {
    this.#state = state
    this.#text.state = state
    this.#isApart = true
    return index
  }

  #readByte(byte: number, end: number): void {
    const { next, classOf, found, width, patterns } = this.#automaton
    const to = next[this.#state + (classOf[byte] as number)] as number
    if (to >= 0) {
      this.#state = to
      return
    }
    this.#state = ~to
    const pattern = patterns[(found[this.#state / width] as number) - 1]
    if (pattern?.mask) this.#tell({ start: end - pattern.bytes.length, end, mask: pattern.mask })
  }

  #readApart(bytes: Buffer, from: number): number {
    for (let index = from; index < bytes.length; index++) {
      const byte = bytes[index] as number
      const place = this.#base + index
      this.#readByte(byte, place + 1)
      if (this.#control || SUSPECTS[byte] === 1) this.#readText(place, bytes)
      else this.#text.read(byte, place)
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
