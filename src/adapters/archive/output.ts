import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { OutputRef } from '../../runs/events.ts'
import type { OutputArchive } from '../../runs/output.ts'
import type { StreamName } from '../../runs/ports.ts'
import { runFolder, safeName } from './folders.ts'

/** Masks secrets in one stream of bytes; holds back what may be the beginning of one. */
export interface Mask {
  write(chunk: Buffer): Buffer
  flush(): Buffer
}

const TAIL_BYTES = 1500
const EXTENSION: Record<StreamName, string> = { stdout: 'out', stderr: 'err' }

/** Writes outputs under `archive`, masked before they touch the disk; memory stays bounded whatever the size. */
export function createOutputArchive(archive: string, newMask: () => Mask): OutputArchive {
  return {
    record: async of => {
      const folder = runFolder(archive, of.run, of.number)
      const repeat = of.attempt > 1 ? `.${of.attempt}` : ''
      const stem = `output/${safeName(of.step)}${of.again ? '.again' : ''}${of.host ? `.${safeName(of.host)}` : ''}${repeat}`
      const streams = {
        stdout: new StoredStream(folder, `${stem}.${EXTENSION.stdout}`, newMask()),
        stderr: new StoredStream(folder, `${stem}.${EXTENSION.stderr}`, newMask()),
      }
      return {
        sink: (stream, chunk) => streams[stream].write(chunk),
        finish: async () => {
          const [stdout, stderr] = [await streams.stdout.finish(), await streams.stderr.finish()]
          return { ...(stdout && { stdout }), ...(stderr && { stderr }) }
        },
      }
    },
    read: (run, number, file, limit) => readStored(join(runFolder(archive, run, number), file), limit),
  }
}

async function readStored(path: string, limit: number): Promise<{ bytes: Buffer; total: number }> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const bytes = Buffer.alloc(Math.min(size, limit))
    await handle.read(bytes, 0, bytes.length, 0)
    return { bytes, total: size }
  } finally {
    await handle.close()
  }
}

/** One stream on its way to disk. The file is made with the first byte: most streams of most steps are empty. */
class StoredStream {
  readonly #folder: string
  readonly #file: string
  readonly #mask: Mask
  readonly #hash: Hash = createHash('sha256')
  #handle: FileHandle | undefined
  #bytes = 0
  #tail = Buffer.alloc(0)
  #turn: Promise<void> = Promise.resolve()

  constructor(folder: string, file: string, mask: Mask) {
    this.#folder = folder
    this.#file = file
    this.#mask = mask
  }

  /** Resolves when the masked bytes are handed to the disk: that is the back pressure on the sender. */
  write(chunk: Buffer): Promise<void> {
    this.#turn = this.#turn.then(() => this.#store(this.#mask.write(chunk)))
    return this.#turn
  }

  async finish(): Promise<OutputRef | undefined> {
    await this.#turn
    await this.#store(this.#mask.flush())
    await this.#handle?.datasync()
    await this.#handle?.close()
    if (this.#bytes === 0) return undefined
    return { file: this.#file, bytes: this.#bytes, sha256: this.#hash.digest('hex'), tail: tailText(this.#tail) }
  }

  async #store(masked: Buffer): Promise<void> {
    if (masked.length === 0) return
    this.#handle ??= await this.#create()
    await this.#handle.appendFile(masked)
    this.#hash.update(masked)
    this.#bytes += masked.length
    this.#tail = Buffer.concat([this.#tail, masked]).subarray(-TAIL_BYTES)
  }

  async #create(): Promise<FileHandle> {
    const path = join(this.#folder, this.#file)
    await mkdir(dirname(path), { recursive: true, mode: 0o770 })
    return await open(path, 'w', 0o660)
  }
}

/** The end of a stream as text, not beginning inside a character. */
function tailText(tail: Buffer): string {
  let start = 0
  while (start < tail.length && start < 4 && ((tail[start] ?? 0) & 0xc0) === 0x80) start += 1
  return tail.subarray(start).toString('utf8')
}
