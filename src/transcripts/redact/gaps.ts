interface Gap {
  start: number
  end: number
}

/** Together they are longer than any honest output interrupts a word; beyond this the bytes before them are not held back any more. */
const MOST_BYTES = 16_384

/** The controls between the last bytes of text: tells where in the stream a value began that they interrupt. */
export class Gaps {
  #gaps: Gap[] = []
  #bytes = 0

  get isEmpty(): boolean {
    return this.#gaps.length === 0
  }

  /** False when there are too many by now to remember. */
  add(start: number, end: number): boolean {
    const last = this.#gaps.at(-1)
    if (last?.end === start) last.end = end
    else this.#gaps.push({ start, end })
    this.#bytes += end - start
    return this.#bytes <= MOST_BYTES
  }

  clear(): void {
    this.#gaps = []
    this.#bytes = 0
  }

  /** Where the last `length` bytes of text before `end` begin. */
  startOf(length: number, end: number): number {
    let rest = length
    let until = end
    for (let at = this.#gaps.length - 1; at >= 0; at--) {
      const gap = this.#gaps[at]
      if (!gap || until - gap.end >= rest) break
      rest -= until - gap.end
      until = gap.start
    }
    return until - rest
  }

  /** Forgets those before `start`: nothing that is still to be found begins there. */
  forget(start: number): void {
    let gone = 0
    for (const gap of this.#gaps) {
      if (gap.end > start) break
      this.#bytes -= gap.end - gap.start
      gone += 1
    }
    if (gone > 0) this.#gaps.splice(0, gone)
  }
}
