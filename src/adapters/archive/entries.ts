import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Entry } from '../../runs/events.ts'
import type { EntryArchive } from '../../runs/journal.ts'
import { runFolder } from './folders.ts'

const FILE = 'events.ndjson'

/**
 * Appends entries to `events.ndjson` of their run, one line each, on disk (fsync) before it resolves. What an earlier writer put into the
 * journal and died before it could put here is made up for.
 */
export function createEntryArchive(archive: string): EntryArchive {
  /** By run: up to which entry the file is known to be complete. */
  const complete = new Map<string, number>()
  return {
    write: async (entries, before) => {
      const [first] = entries
      const last = entries.at(-1)
      if (!first || !last) return
      const missing =
        complete.get(first.run) === before.length ? [] : await missingOf(archive, before, first.run, first.number)
      await appendEntries(join(runFolder(archive, first.run, first.number), FILE), [...missing, ...entries])
      if (last.event.type === 'finished') complete.delete(first.run)
      else complete.set(first.run, last.seq)
    },
    beyond: async (run, number, seq) => {
      if (complete.get(run) === seq) return []
      return (await readEntries(archive, run, number)).filter(entry => entry.seq > seq)
    },
  }
}

async function missingOf(archive: string, before: readonly Entry[], run: string, number: number): Promise<Entry[]> {
  if (before.length === 0) return []
  const there = new Set((await readEntries(archive, run, number)).map(entry => entry.seq))
  return before.filter(entry => !there.has(entry.seq))
}

async function appendEntries(file: string, entries: readonly Entry[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o770 })
  const handle = await open(file, 'a+', 0o660)
  try {
    const lines = entries.map(entry => `${JSON.stringify(entry)}\n`).join('')
    await handle.appendFile((await endsTorn(handle)) ? `\n${lines}` : lines)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

/** A crash may have left half a line: what follows must not become part of it. */
async function endsTorn(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat()
  if (size === 0) return false
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] !== 0x0a
}

/**
 * The entries the archive holds of a run, in order. Two processes may have appended a little out of order, and a torn last line is
 * what a crash leaves: it is left out, the journal still has it.
 */
export async function readEntries(archive: string, run: string, number: number): Promise<Entry[]> {
  const text = await readFile(join(runFolder(archive, run, number), FILE), 'utf8').catch(() => '')
  const bySeq = new Map<number, Entry>()
  for (const line of text.split('\n')) {
    const entry = parseLine(line)
    if (entry) bySeq.set(entry.seq, entry)
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq)
}

function parseLine(line: string): Entry | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as Entry)
  } catch {
    return undefined
  }
}
