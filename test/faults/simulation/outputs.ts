import { createHash } from 'node:crypto'
import type { OutputRef } from '../../../src/runs/events.ts'
import type { OutputArchive } from '../../../src/runs/output.ts'
import type { StreamName } from '../../../src/runs/ports.ts'

/** Files in memory. Like a file that two processes have open, each with its own position: see adapters/archive/output.ts. */
export class SimulatedOutputs {
  readonly #files = new Map<string, { bytes: Buffer }>()

  read(run: string, file: string): Buffer | undefined {
    return this.#files.get(`${run} ${file}`)?.bytes
  }

  port(): OutputArchive {
    return {
      record: async of => {
        const repeat = of.attempt > 1 ? `.${of.attempt}` : ''
        const stem = `output/${of.step}${of.again ? '.again' : ''}.${of.host}${repeat}`
        const streams = { stdout: this.#stream(of.run, `${stem}.out`), stderr: this.#stream(of.run, `${stem}.err`) }
        return {
          sink: (stream: StreamName, chunk: Buffer) => streams[stream].write(chunk),
          finish: async () => {
            const [stdout, stderr] = [streams.stdout.finish(), streams.stderr.finish()]
            return { ...(stdout && { stdout }), ...(stderr && { stderr }) }
          },
        }
      },
      read: async (run, _, file, limit) => {
        const bytes = this.read(run, file) ?? Buffer.alloc(0)
        return { bytes: bytes.subarray(0, limit), total: bytes.length }
      },
    }
  }

  #stream(run: string, file: string) {
    const hash = createHash('sha256')
    let open: { bytes: Buffer } | undefined
    let bytes = 0
    let tail = Buffer.alloc(0)
    return {
      write: (chunk: Buffer): void => {
        open ??= this.#open(`${run} ${file}`)
        const end = bytes + chunk.length
        const next = Buffer.alloc(Math.max(end, open.bytes.length))
        open.bytes.copy(next)
        chunk.copy(next, bytes)
        open.bytes = next
        bytes = end
        hash.update(chunk)
        tail = Buffer.concat([tail, chunk]).subarray(-1500)
      },
      finish: (): OutputRef | undefined =>
        bytes === 0 ? undefined : { file, bytes, sha256: hash.digest('hex'), tail: tail.toString('utf8') },
    }
  }

  /** Makes it, or makes it empty. */
  #open(name: string): { bytes: Buffer } {
    const file = this.#files.get(name) ?? { bytes: Buffer.alloc(0) }
    file.bytes = Buffer.alloc(0)
    this.#files.set(name, file)
    return file
  }
}
