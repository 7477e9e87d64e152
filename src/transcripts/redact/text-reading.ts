import type { Automaton } from './automaton.ts'
import { Gaps } from './gaps.ts'
import { IN, NOT_IN, type Shape } from './pattern.ts'
import type { Span } from './spans.ts'

interface OpenShape {
  readonly shape: Shape
  /** Where in the stream its first byte behind the beginning is. */
  readonly start: number
  length: number
  /** Up to here it is masked; what was read beyond waits for a byte that makes it clear. */
  masked: number
}

/** No label: stars alone. */
const STARS = Buffer.alloc(0)
/** A shape with so much in it that is no text is masked without waiting for its length. */
const MOST_SKIPPED = 16_384

/** Reads a stream as a person would: without its controls. Tells what it finds by the places in the stream, controls included. */
export class TextReading {
  state = 0
  readonly #automaton: Automaton
  readonly #tell: (span: Span) => void
  readonly #gaps = new Gaps()
  #shape: OpenShape | undefined

  /** `before` read the same stream with an older automaton. */
  constructor(automaton: Automaton, tell: (span: Span) => void, before?: TextReading) {
    this.#automaton = automaton
    this.#tell = tell
    const open = before ? before.#shape : undefined
    // Of what is not masked yet it sees every byte again.
    if (open) this.#shape = { ...open, length: open.masked > open.start ? open.length : 0 }
  }

  /** Nothing of what was read so far, and no gap in it, bears on what may still be found: but for `state`. */
  get isPlain(): boolean {
    return this.#gaps.isEmpty && this.#shape === undefined
  }

  /** The byte at `place` of the stream is text. */
  read(byte: number, place: number): void {
    const { next, classOf, found, width, hold } = this.#automaton
    const to = next[this.state + (classOf[byte] ?? 0)] ?? 0
    this.state = to < 0 ? ~to : to
    if (this.#shape) this.#goOn(this.#shape, byte, place)
    const index = found[this.state / width] ?? 0
    if (index > 0) this.found(index, place + 1)
    if (!this.#gaps.isEmpty) this.#gaps.forget(this.#gaps.startOf(hold[this.state / width] ?? 0, place + 1))
  }

  /** The pattern of this number (from 1) ends before `end`. */
  found(index: number, end: number): void {
    const pattern = this.#automaton.patterns[index - 1]
    if (pattern?.mask) this.#tell({ start: this.#gaps.startOf(pattern.bytes.length, end), end, mask: pattern.mask })
    if (pattern?.opens && !this.#shape) this.#shape = { shape: pattern.opens, start: end, length: 0, masked: end }
    if (pattern?.closes && pattern.closes === this.#shape?.shape) this.#shape = undefined
  }

  /** What stands from `start` up to `end` is no text. */
  skip(start: number, end: number): void {
    const { hold, width } = this.#automaton
    const length = hold[this.state / width] ?? 0
    if (this.#shape && end - this.#shape.masked > MOST_SKIPPED) this.#mask(this.#shape, end)
    if (length === 0 || this.#gaps.add(start, end)) return
    // The beginning of a value may not be held back for ever, and may not be given away: it is masked although the rest is to come.
    this.#tell({ start: this.#gaps.startOf(length, end), end, mask: STARS })
    this.#gaps.clear()
  }

  /** From here on a match or a shape may still turn out to be one; never later than `end`, up to where it was read. */
  heldFrom(end: number): number {
    const { hold, width } = this.#automaton
    const from = this.#gaps.startOf(hold[this.state / width] ?? 0, end)
    return this.#shape ? Math.min(from, this.#shape.masked) : from
  }

  #goOn(open: OpenShape, byte: number, place: number): void {
    if (place < open.start) return
    const { alphabet, atLeast, atMost } = open.shape
    const kind = alphabet[byte]
    if (kind !== NOT_IN) open.length += 1
    if (kind === IN && open.length >= atLeast) this.#mask(open, place + 1)
    if (kind === NOT_IN || open.length >= atMost) this.#shape = undefined
  }

  #mask(open: OpenShape, end: number): void {
    open.masked = end
    this.#tell({ start: open.start, end, mask: open.shape.mask })
  }
}
