import type { Entry } from '../../runs/events.ts'
import { fold } from '../../runs/fold.ts'
import type { Opened, RunArchive } from '../../runs/journal.ts'
import { epochsIn, isOver } from '../../runs/over.ts'
import { Ends } from './ends.ts'
import { appendEntries, entryFile, type Grown, readEntries, sizeOf } from './entry-file.ts'
import { EpochNotes, highestNumber } from './highest.ts'
import { OpenRuns } from './open-runs.ts'

export { readEntries } from './entry-file.ts'

/** A file that was complete up to entry `seq` when it was `size` bytes long. */
interface Complete {
  readonly seq: number
  readonly size: number
}

interface Lingering {
  /** Wall clock in ms. */
  readonly now: () => number
  /** How long a run keeps its mark behind its end: until then its last card and its transcript may still be on their way. */
  readonly lingerMs: number
}

const LINGERING: Lingering = { now: Date.now, lingerMs: 10 * 60_000 }

/**
 * Appends entries to `events.ndjson` of their run, one line each, on disk (fsync) before it resolves. What an earlier writer put into the
 * journal and died before it could put here is made up for.
 */
export function createEntryArchive(archive: string, { now, lingerMs }: Lingering = LINGERING): RunArchive {
  const complete = new Map<string, Complete>()
  const openRuns = new OpenRuns(archive)
  const ends = new Ends(archive)
  const notes = new EpochNotes(archive)

  async function missingOf(before: readonly Entry[], run: Opened): Promise<Entry[]> {
    if (before.length === 0 || complete.get(run.run)?.seq === before.length) return []
    const there = new Set((await readEntries(archive, run.run, run.number)).map(entry => entry.seq))
    return before.filter(entry => !there.has(entry.seq))
  }

  return {
    write: async (entries, before, over) => {
      const run = entries[0]
      const last = entries.at(-1)
      if (!run || !last) return true
      if (!over) await openRuns.mark(run)
      for (const [cluster, epoch] of epochsIn(entries)) await notes.note(cluster, epoch)
      const missing = await missingOf(before, run)
      const grown = await appendEntries(entryFile(archive, run.run, run.number), [...missing, ...entries])
      if (!wasNext(complete.get(run.run), grown, run.seq) && !(await areFirst(archive, run, entries))) return false
      complete.set(run.run, { seq: last.seq, size: grown.after })
      if (!over) return true
      complete.delete(run.run)
      if (lingerMs > 0) return true
      ends.forget(run.run)
      await openRuns.unmark(run)
      return true
    },
    beyond: async (run, number, seq) => {
      const size = await sizeOf(entryFile(archive, run, number))
      const known = complete.get(run)
      if (size === 0 || (known?.seq === seq && known.size === size)) return []
      return (await readEntries(archive, run, number)).filter(entry => entry.seq > seq)
    },
    read: (run, number) => readEntries(archive, run, number),
    highestNumber: () => highestNumber(archive),
    open: () => openRuns.list(),
    end: run => ends.of(run),
    mark: async run => {
      const end = await ends.of(run)
      if (end?.mayBeOver && now() - end.at < lingerMs) return false
      const isDone = end?.mayBeOver && isOver(fold(await readEntries(archive, run.run, run.number)))
      if (!isDone) await openRuns.mark(run)
      else {
        ends.forget(run.run)
        await openRuns.unmark(run)
      }
      return true
    },
    epochs: () => notes.all(),
  }
}

/** Nobody else wrote since we last did, the file being as long as it must be, and the place was free: two of us may have wanted the same one. */
function wasNext(known: Complete | undefined, { before, added, after }: Grown, seq: number): boolean {
  return known?.size === before && known.seq + 1 === seq && after === before + added
}

/** The archive must not tell two stories: a Redis that was rolled back may have let somebody write in the same place. */
async function areFirst(archive: string, run: Opened, entries: readonly Entry[]): Promise<boolean> {
  const there = await readEntries(archive, run.run, run.number)
  const hashes = new Map(there.map(entry => [entry.seq, entry.hash]))
  return entries.every(entry => hashes.get(entry.seq) === entry.hash)
}
