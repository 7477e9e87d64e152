import type { Entry } from '../../../../src/runs/events.ts'
import type { ChainEnd, Opened, RunArchive } from '../../../../src/runs/journal.ts'
import { epochsIn, mayBeOver } from '../../../../src/runs/over.ts'
import type { Kernel } from '../kernel.ts'
import type { Life } from '../life.ts'
import type { Random } from '../random.ts'

/** The folder that all processes share, on a disk that keeps what was written; the order of its steps is that of adapters/archive/entries.ts. */
export class SimulatedArchive {
  /** By run: `events.ndjson`, line by line. */
  readonly lines = new Map<string, readonly Entry[]>()
  readonly marks = new Map<string, Opened>()
  readonly epochs = new Map<string, number>()
  /** While it is set, nothing can be written. */
  isFull = false
  readonly #kernel: Kernel
  readonly #random: Random

  constructor(kernel: Kernel, random: Random) {
    this.#kernel = kernel
    this.#random = random
  }

  /** As one process sees it: it may die between any two steps. */
  port(life: Life): RunArchive {
    const writing = async () => {
      await new Promise<void>(resolve => this.#kernel.in(this.#random.int(0, 3), () => life.give(resolve)))
      if (this.isFull) throw new Error('ENOSPC: no space left on device')
    }
    return {
      write: async (entries, before, over) => {
        const [run] = entries
        if (!run) return true
        await writing()
        if (!over) this.marks.set(run.run, { run: run.run, number: run.number })
        for (const [cluster, epoch] of epochsIn(entries))
          this.epochs.set(cluster, Math.max(epoch, this.epochs.get(cluster) ?? 0))
        await writing()
        if (!this.#append(run.run, before, entries)) return false
        return true
      },
      beyond: async (run, _, seq) => this.entries(run).filter(entry => entry.seq > seq),
      read: async run => this.entries(run),
      highestNumber: async () => Math.max(0, ...[...this.lines.values()].map(([first]) => first?.number ?? 0)),
      open: async () => [...this.marks.values()],
      end: async run => this.#end(run),
      mark: async run => {
        await writing()
        const last = this.entries(run.run).at(-1)
        // Whoever is over keeps the mark for longer than a schedule lasts.
        if (last && mayBeOver(last)) return false
        this.marks.set(run.run, { run: run.run, number: run.number })
        return true
      },
      epochs: async () => this.epochs,
    }
  }

  /** Of several lines in one place the one that follows from what stands before it. */
  entries(run: string): Entry[] {
    const places = new Map<number, Entry[]>()
    for (const entry of this.lines.get(run) ?? []) places.set(entry.seq, [...(places.get(entry.seq) ?? []), entry])
    const ordered: Entry[] = []
    for (const seq of [...places.keys()].sort((a, b) => a - b)) {
      const there = places.get(seq) ?? []
      const entry = there.find(one => one.prev === ordered.at(-1)?.hash) ?? there.at(-1)
      if (entry) ordered.push(entry)
    }
    return ordered
  }

  /** False when somebody else's entries stand there. */
  #append(run: string, before: readonly Entry[], entries: readonly Entry[]): boolean {
    const there = new Set(this.entries(run).map(entry => entry.seq))
    const missing = before.filter(entry => !there.has(entry.seq))
    this.lines.set(run, [...(this.lines.get(run) ?? []), ...missing, ...entries])
    const hashes = new Map(this.entries(run).map(entry => [entry.seq, entry.hash]))
    return entries.every(entry => hashes.get(entry.seq) === entry.hash)
  }

  #end({ run, number }: Opened): ChainEnd | undefined {
    const last = this.entries(run).at(-1)
    return last && { run, number, seq: last.seq, hash: last.hash }
  }
}
