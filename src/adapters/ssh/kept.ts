import { StringDecoder } from 'node:string_decoder'
import type { Kept } from '../../runs/ports.ts'

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
    const start = Buffer.concat(this.#chunks)
    const text = truncated ? new StringDecoder('utf8').write(start) : start.toString('utf8')
    return { text, bytes: this.#bytes, truncated }
  }
}
