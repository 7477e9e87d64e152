import type { Problem } from '../problem.ts'
import type { ChainEnd, Journal, Opened, RunArchive, Standing } from '../runs/journal.ts'
import type { Leases } from '../runs/leases.ts'

export interface RecoveryParts {
  readonly journal: Pick<Journal, 'active' | 'load' | 'compare' | 'restore' | 'raise'>
  readonly archive: RunArchive
  readonly leases: Pick<Leases, 'holder' | 'raise'>
  /** Names of the configured clusters. */
  readonly clusters: readonly string[]
  /** Written as author of what is told to restored runs: `recovery@host`. */
  readonly name: string
  readonly tell: (news: RecoveryNews) => void
}

export type RecoveryNews =
  | { readonly kind: 'restored'; readonly run: Opened; readonly entries: number; readonly heldBy?: Opened }
  /** Told once for each run and reason. */
  | { readonly kind: 'refused'; readonly run: Opened; readonly problem: Problem }

/** What the archive has, and how Redis stands to it. */
export interface Stand {
  readonly end: ChainEnd
  readonly standing: Standing
}

/**
 * Fills a Redis that forgot: runs that are not over, the clusters they hold, numbers and epochs that must not be given away again. A round
 * that finds nothing to do costs a look at the marks, at the length of their files, and one question to Redis.
 */
export class Recovery {
  readonly #parts: RecoveryParts
  readonly #refused = new Set<string>()
  /** Ends of runs whose mark was looked at. */
  readonly #marked = new Map<string, string>()
  #highest = 0
  #latest: Promise<unknown> = Promise.resolve()

  constructor(parts: RecoveryParts) {
    this.#parts = parts
  }

  /** One after the other: whoever waits for a round gets one that began after the asking. Throws the first failure, at the end. */
  round(): Promise<void> {
    const round = this.#latest.then(() => this.#round())
    this.#latest = round.catch(() => undefined)
    return round
  }

  async #round(): Promise<void> {
    const { archive, leases, clusters } = this.#parts
    const epochs = await archive.epochs()
    for (const name of clusters) {
      const epoch = epochs.get(name)
      if (epoch !== undefined) await leases.raise(name, epoch)
    }
    const { stands, marked, highest } = await standsOf(this.#parts)
    await this.#raiseNumbers(highest)
    const failures: unknown[] = []
    for (const stand of stands) {
      await this.#mend(stand, marked.has(stand.end.run)).catch((error: unknown) => failures.push(error))
    }
    const runs = new Set(stands.map(({ end }) => end.run))
    for (const run of this.#marked.keys()) if (!runs.has(run)) this.#marked.delete(run)
    if (failures.length > 0) throw failures[0]
  }

  /** Only a counter that is new to us, or went backwards, makes folders be listed. */
  async #raiseNumbers(highest: number): Promise<void> {
    const isNew = this.#highest === 0 || highest < this.#highest
    this.#highest = highest
    if (!isNew) return
    const archived = await this.#parts.archive.highestNumber()
    if (archived > highest) await this.#parts.journal.raise(archived)
  }

  async #mend({ end, standing }: Stand, isMarked: boolean): Promise<void> {
    if (standing === 'has') return await this.#settleMark(end, isMarked)
    const { run, number } = end
    const restored = await this.#parts.journal.restore({ run, number }, this.#parts.name)
    if (restored.kind === 'refused') this.#tellOnce({ run, number }, restored.problem)
    if (restored.kind !== 'restored') return
    const { entries, heldBy } = restored
    this.#parts.tell({ kind: 'restored', run: { run, number }, entries, ...(heldBy && { heldBy }) })
  }

  /** A process that died between an entry and its mark leaves one too many, or none. */
  async #settleMark(end: ChainEnd, isMarked: boolean): Promise<void> {
    if (isMarked && this.#marked.get(end.run) === end.hash) return
    if (await this.#parts.archive.mark(end)) this.#marked.set(end.run, end.hash)
  }

  #tellOnce(run: Opened, problem: Problem): void {
    const key = `${run.run} ${problem.message}`
    if (this.#refused.has(key)) return
    this.#refused.add(key)
    this.#parts.tell({ kind: 'refused', run, problem })
  }
}

interface Stands {
  readonly stands: readonly Stand[]
  /** Runs that are marked as not over. */
  readonly marked: ReadonlySet<string>
  readonly highest: number
}

/**
 * Every run that matters to either side: not over by the archive, active or holding a cluster by Redis. The archive is asked first: what is
 * written meanwhile is in Redis before it is there.
 */
export async function standsOf(
  parts: Pick<RecoveryParts, 'journal' | 'archive' | 'leases' | 'clusters'>,
): Promise<Stands> {
  const { journal, archive, leases, clusters } = parts
  const open = await archive.open()
  const runs = new Map(open.map(run => [run.run, run]))
  const holders = await Promise.all(clusters.map(name => leases.holder(name)))
  for (const holder of holders) if (holder) runs.set(holder.run, { run: holder.run, number: holder.number })
  for (const run of await journal.active()) {
    const number = runs.get(run)?.number ?? (await journal.load(run))?.state.number
    if (number !== undefined) runs.set(run, { run, number })
  }
  const ends = (await Promise.all([...runs.values()].map(run => archive.end(run)))).flatMap(end => end ?? [])
  const { standings, highest } = await journal.compare(ends)
  const stands = ends.flatMap((end, i) => {
    const standing = standings[i]
    return standing ? [{ end, standing }] : []
  })
  return { stands, marked: new Set(open.map(({ run }) => run)), highest }
}
