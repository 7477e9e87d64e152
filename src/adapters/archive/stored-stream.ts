import { createHash, type Hash } from 'node:crypto'
import type { OutputRef } from '../../runs/events.ts'
import type { NewFile } from './new-file.ts'

/** Masks secrets in one stream of bytes; holds back what may be the beginning of one. */
export interface Mask {
  write(chunk: Buffer): Buffer
  flush(): Buffer
}

export interface Stored {
  readonly ref?: OutputRef
  /** Why it is not, or perhaps not, all of it. */
  readonly lost?: string
}

const TAIL_BYTES = 1500

/**
 * One stream on its way to disk. The file is made with the first byte: most streams of most steps are empty. After the first error nothing
 * more is stored, so that what is there is the beginning, without holes; the rest is taken and dropped.
 */
export class StoredStream {
  readonly #open: () => Promise<NewFile>
  readonly #name: string
  readonly #mask: Mask
  readonly #hash: Hash = createHash('sha256')
  #file: NewFile | undefined
  #given = 0
  #bytes = 0
  #tail = Buffer.alloc(0)
  #failure: string | undefined
  #turn: Promise<void> = Promise.resolve()

  /** `name` is what people call it: `stdout`. */
  constructor(name: string, mask: Mask, open: () => Promise<NewFile>) {
    this.#name = name
    this.#mask = mask
    this.#open = open
  }

  /** Resolves when the masked bytes are handed to the disk, or dropped: that is the back pressure on the sender. */
  write(chunk: Buffer): Promise<void> {
    this.#given += chunk.length
    this.#turn = this.#turn.then(() => this.#try(async () => await this.#store(this.#mask.write(chunk))))
    return this.#turn
  }

  async finish(): Promise<Stored> {
    await this.#turn
    await this.#try(async () => await this.#store(this.#mask.flush()))
    await this.#try(async () => await this.#file?.handle.datasync())
    await this.#file?.handle.close().catch((error: unknown) => this.#fail(error))
    const ref = this.#ref()
    const lost = this.#failure && `${this.#share()}: ${this.#failure}`
    return { ...(ref && { ref }), ...(lost && { lost }) }
  }

  async #try(act: () => Promise<void>): Promise<void> {
    if (this.#failure === undefined) await act().catch((error: unknown) => this.#fail(error))
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error.message : String(error)
  }

  async #store(masked: Buffer): Promise<void> {
    if (masked.length === 0) return
    this.#file ??= await this.#open()
    // On a disk that is nearly full a write ends early; the next one says why.
    for (let from = 0; from < masked.length; ) {
      const { bytesWritten } = await this.#file.handle.write(masked, from)
      if (bytesWritten === 0) throw new Error('the disk takes nothing')
      this.#count(masked.subarray(from, from + bytesWritten))
      from += bytesWritten
    }
  }

  #count(stored: Buffer): void {
    this.#hash.update(stored)
    this.#bytes += stored.length
    this.#tail = Buffer.concat([this.#tail, stored.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES)
  }

  #ref(): OutputRef | undefined {
    if (!this.#file || this.#bytes === 0) return undefined
    return { file: this.#file.file, bytes: this.#bytes, sha256: this.#hash.digest('hex'), tail: tailText(this.#tail) }
  }

  #share(): string {
    if (this.#bytes === this.#given) return `the ${this.#given} bytes of ${this.#name} may not be stored for good`
    const some = this.#bytes === 0 ? 'none' : `only ${this.#bytes}`
    return `${some} of ${this.#given} bytes of ${this.#name} are stored`
  }
}

/** The end of a stream as text, not beginning inside a character. */
function tailText(tail: Buffer): string {
  let start = 0
  while (start < tail.length && start < 4 && ((tail[start] ?? 0) & 0xc0) === 0x80) start += 1
  return tail.subarray(start).toString('utf8')
}
