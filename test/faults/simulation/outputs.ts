import { createHash } from 'node:crypto'
import type { OutputRef } from '../../../src/runs/events.ts'
import type { OutputArchive } from '../../../src/runs/output.ts'
import type { StreamName } from '../../../src/runs/ports.ts'

/** Files in memory, each made and written by one recording alone: see adapters/archive/output.ts. */
export class SimulatedOutputs {
  readonly #files = new Map<string, { readonly name: string; bytes: Buffer }>()

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
    let open: { readonly name: string; bytes: Buffer } | undefined
    let tail = Buffer.alloc(0)
    return {
      write: (chunk: Buffer): void => {
        open ??= this.#create(run, file)
        open.bytes = Buffer.concat([open.bytes, chunk])
        hash.update(chunk)
        tail = Buffer.concat([tail, chunk]).subarray(-1500)
      },
      finish: (): OutputRef | undefined =>
        open && { file: open.name, bytes: open.bytes.length, sha256: hash.digest('hex'), tail: tail.toString('utf8') },
    }
  }

  /** A file of its own, with the next free name: what another recording began stays as it is. */
  #create(run: string, file: string): { readonly name: string; bytes: Buffer } {
    for (let n = 1; ; n++) {
      const name = n === 1 ? file : file.replace(/\.(out|err)$/, `~${n}.$1`)
      if (this.#files.has(`${run} ${name}`)) continue
      const made = { name, bytes: Buffer.alloc(0) }
      this.#files.set(`${run} ${name}`, made)
      return made
    }
  }
}
