import type { ChainEnd, Opened } from '../../runs/journal.ts'
import { mayBeOver } from '../../runs/over.ts'
import { entryFile, linesFrom, parseLines, sizeOf } from './entry-file.ts'

interface Known extends ChainEnd {
  /** Bytes of the file that were looked at: whole lines. */
  readonly size: number
  readonly mayBeOver: boolean
  /** When the last entry was written, by Redis TIME in ms. */
  readonly at: number
}

/** Where the entries of runs end, as their files have them. Of a file that grew only what is new is read. */
export class Ends {
  readonly #archive: string
  readonly #known = new Map<string, Known>()

  constructor(archive: string) {
    this.#archive = archive
  }

  /** Undefined when there is no entry. */
  async of(run: Opened): Promise<Known | undefined> {
    const file = entryFile(this.#archive, run.run, run.number)
    const before = this.#known.get(run.run)
    const size = await sizeOf(file)
    if (before && size === before.size) return before
    // A file that became shorter is another file.
    const since = before && size > before.size ? before : undefined
    const { text, end } = await linesFrom(file, since?.size ?? 0)
    let last: Omit<Known, 'size'> | undefined = since
    for (const entry of parseLines(text))
      if (entry.seq > (last?.seq ?? 0))
        last = { ...run, seq: entry.seq, hash: entry.hash, at: entry.at, mayBeOver: mayBeOver(entry) }
    if (!last) return undefined
    const known = { ...last, size: end }
    this.#known.set(run.run, known)
    return known
  }

  forget(run: string): void {
    this.#known.delete(run)
  }
}
