import type { Kept } from './ports.ts'

/** Keeps the beginning of a stream, at most `limit` bytes, and counts all of it. */
export class Keeper {
  readonly #limit: number
  #chunks: Buffer[] = []
  #held = 0
  #bytes = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length
    const room = this.#limit - this.#held
    if (room <= 0) return
    // A copy: a slice would keep the whole received packet alive.
    const part = chunk.length <= room ? chunk : Buffer.from(chunk.subarray(0, room))
    this.#chunks.push(part)
    this.#held += part.length
  }

  /** A character that the limit cut in half is left out; bytes that are no UTF-8 become U+FFFD. */
  kept(): Kept {
    const truncated = this.#bytes > this.#held
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(this.#chunks), {
      stream: truncated,
    })
    return { text, bytes: this.#bytes, truncated }
  }
}
