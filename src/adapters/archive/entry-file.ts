import { type FileHandle, mkdir, open, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { GENESIS } from '../../runs/chain.ts'
import type { Entry } from '../../runs/events.ts'
import { runFolder, syncFolder } from './folders.ts'

const NEWLINE = 0x0a

export function entryFile(archive: string, run: string, number: number): string {
  return join(runFolder(archive, run, number), 'events.ndjson')
}

/** How long the file was and is. Who finds it longer than what was added was not alone. */
export interface Grown {
  readonly before: number
  readonly added: number
  readonly after: number
}

/** Sealing puts a file in the place of one with torn lines; more than once in a row is no accident any more. */
const MOST_REPLACED = 5

/** Appends entries, one line each, on disk (fsync) before it resolves. What was written to a file that was replaced meanwhile is written again. */
export async function appendEntries(file: string, entries: readonly Entry[]): Promise<Grown> {
  await mkdir(dirname(file), { recursive: true, mode: 0o770 })
  for (let attempt = 1; ; attempt++) {
    const grown = await appendOnce(file, entries)
    if (grown) return grown
    if (attempt === MOST_REPLACED) throw new Error(`${file} is replaced again and again while it is written`)
  }
}

async function appendOnce(file: string, entries: readonly Entry[]): Promise<Grown | undefined> {
  const handle = await open(file, 'a+', 0o660)
  try {
    const { size: before } = await handle.stat()
    const lines = entries.map(entry => `${JSON.stringify(entry)}\n`).join('')
    const text = (await endsTorn(handle, before)) ? `\n${lines}` : lines
    await handle.appendFile(text)
    await handle.datasync()
    if (before === 0) await syncFolder(dirname(file))
    const { ino, size: after } = await handle.stat()
    if ((await stat(file)).ino !== ino) return undefined
    return { before, added: Buffer.byteLength(text), after }
  } finally {
    await handle.close()
  }
}

/** A crash may have left half a line: what follows must not become part of it. */
async function endsTorn(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] !== NEWLINE
}

/** Length of the file in bytes, 0 when it is not there. Opened and not only looked at: a network file system then asks its server. */
export async function sizeOf(file: string): Promise<number> {
  const handle = await openThere(file)
  if (!handle) return 0
  try {
    return (await handle.stat()).size
  } finally {
    await handle.close()
  }
}

/** The lines from byte `from` on that are whole, and where they end. */
export async function linesFrom(file: string, from: number): Promise<{ readonly text: string; readonly end: number }> {
  const handle = await openThere(file)
  if (!handle) return { text: '', end: 0 }
  try {
    const { size } = await handle.stat()
    const bytes = Buffer.alloc(Math.max(0, size - from))
    await handle.read(bytes, 0, bytes.length, from)
    const whole = bytes.lastIndexOf(NEWLINE) + 1
    return { text: bytes.toString('utf8', 0, whole), end: from + whole }
  } finally {
    await handle.close()
  }
}

async function openThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * The entries the archive holds of a run, in order. Two processes may have appended a little out of order, and a torn last line is
 * what a crash leaves: it is left out, the journal still has it.
 */
export async function readEntries(archive: string, run: string, number: number): Promise<Entry[]> {
  const text = await readFile(entryFile(archive, run, number), 'utf8').catch(() => '')
  return inOrder(parseLines(text))
}

/** Lines that are no entry (torn by a crash) are left out. */
export function parseLines(text: string): Entry[] {
  return text.split('\n').flatMap(line => parseLine(line) ?? [])
}

function parseLine(line: string): Entry | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as Entry)
  } catch {
    return undefined
  }
}

/** By place, each once. Of several in one place the one that follows from what stands before it. */
function inOrder(found: readonly Entry[]): Entry[] {
  const places = new Map<number, Entry[]>()
  for (const entry of found) places.set(entry.seq, [...(places.get(entry.seq) ?? []), entry])
  const seqs = [...places.keys()].sort((a, b) => a - b)
  const ordered: Entry[] = []
  for (const seq of seqs) {
    const prev = ordered.at(-1)?.hash ?? GENESIS
    const there = places.get(seq) ?? []
    const entry = there.find(one => one.prev === prev) ?? there.at(-1)
    if (entry) ordered.push(entry)
  }
  return ordered
}
