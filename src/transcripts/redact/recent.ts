/** How far back in a stream is looked for the word before something. */
export const LONGEST_WORD = 32

const NOTHING = Buffer.alloc(0)

/** What was read of a stream last, by its places: the piece that is read now, and the end of those before it. */
export class Recent {
  #before: Buffer = NOTHING
  #piece: Buffer = NOTHING
  /** Where in the stream the piece begins. */
  #start = 0

  /** A byte that is not remembered is 0. */
  readonly at = (place: number): number => {
    const index = place - this.#start
    return (index >= 0 ? this.#piece[index] : this.#before[this.#before.length + index]) ?? 0
  }

  begin(piece: Buffer, start: number): void {
    this.#piece = piece
    this.#start = start
  }

  end(): void {
    const kept = this.#piece.length >= LONGEST_WORD ? this.#piece : Buffer.concat([this.#before, this.#piece])
    this.#before = Buffer.from(kept.subarray(Math.max(0, kept.length - LONGEST_WORD)))
    this.#start += this.#piece.length
    this.#piece = NOTHING
  }

  /** The word that ends before `end`; "" when it is too long to be one that we look for. */
  wordBefore(end: number): string {
    const codes: number[] = []
    for (let place = end - 1; this.at(place) > SPACE; place--) {
      if (codes.length === LONGEST_WORD - 1) return ''
      codes.unshift(this.at(place))
    }
    return String.fromCharCode(...codes)
  }
}

const SPACE = 0x20
