import { createHash, type Hash } from 'node:crypto'
import { Keeper } from '../../runs/kept.ts'
import type { Kept, OutputSink, StreamName } from '../../runs/ports.ts'
import type { NodeState } from './state-line.ts'

interface Stream {
  bytes: number
  readonly hash: Hash
  readonly keeper: Keeper
}

/** Puts the pieces of both streams together over any number of broken links: each byte is given on once, in its order. */
export class Delivery {
  readonly #output: OutputSink
  readonly #streams: Readonly<Record<StreamName, Stream>>
  #busy: Promise<void> | undefined
  #refused = false

  constructor(output: OutputSink, keepBytes: number) {
    const stream = (): Stream => ({ bytes: 0, hash: createHash('sha256'), keeper: new Keeper(keepBytes) })
    this.#output = output
    this.#streams = { stdout: stream(), stderr: stream() }
  }

  /** Where each stream is to go on. */
  get offsets(): { readonly out: number; readonly err: number } {
    return { out: this.#streams.stdout.bytes, err: this.#streams.stderr.bytes }
  }

  /** Both streams together. */
  get bytes(): number {
    return this.#streams.stdout.bytes + this.#streams.stderr.bytes
  }

  /** False for bytes that would leave a gap before them. */
  fits(stream: StreamName, offset: number): boolean {
    return offset <= this.#streams[stream].bytes
  }

  /** Gives on what is new of these bytes. A returned promise is the back pressure of whoever takes them; it never rejects. */
  take(name: StreamName, offset: number, bytes: Buffer): void | Promise<void> {
    const stream = this.#streams[name]
    const fresh = bytes.subarray(Math.max(0, stream.bytes - offset))
    if (fresh.length === 0) return
    stream.bytes += fresh.length
    stream.hash.update(fresh)
    stream.keeper.add(fresh)
    return this.#give(name, fresh)
  }

  /** Resolves when nobody is taking any more. */
  async idle(): Promise<void> {
    await this.#busy
  }

  kept(): { readonly stdout: Kept; readonly stderr: Kept } {
    return { stdout: this.#streams.stdout.keeper.kept(), stderr: this.#streams.stderr.keeper.kept() }
  }

  /** Whether the node has bytes that are not here yet. */
  lacks({ out = 0, err = 0 }: NodeState): boolean {
    return this.#streams.stdout.bytes < out || this.#streams.stderr.bytes < err
  }

  /** Whether what was given on is, by length and SHA-256, what the node has. Without a hash of the node that is not known. */
  isWhole(state: NodeState): boolean {
    if (this.#refused) return false
    const is = (stream: Stream, bytes: number | undefined, sha: string | undefined): boolean =>
      bytes === stream.bytes && sha === stream.hash.copy().digest('hex')
    return is(this.#streams.stdout, state.out, state.outsha) && is(this.#streams.stderr, state.err, state.errsha)
  }

  /** Output that cannot be stored does not end the change, nor the following of it: it is only not complete then. */
  #give(name: StreamName, bytes: Buffer): void | Promise<void> {
    if (this.#refused) return
    try {
      const busy = this.#output(name, bytes)
      if (!busy) return
      this.#busy = busy.catch(() => {
        this.#refused = true
      })
      return this.#busy
    } catch {
      this.#refused = true
    }
  }
}
