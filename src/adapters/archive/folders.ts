import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { ulidTime } from '../../runs/ulid.ts'

/**
 * A run's folder: `archive/YYYY/MM/DD/<number>-<ulid>`, by the day (UTC) it was asked for. Should a number be given away twice, the ULID
 * keeps one run out of another's folder.
 */
export function runFolder(archive: string, run: string, number: number): string {
  const [day = ''] = new Date(ulidTime(run)).toISOString().split('T')
  return join(archive, ...day.split('-'), `${number}-${run}`)
}

/** A file name from names that people and clusters choose: anything unusual becomes `_`. */
export function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_')
}

/** Lets new names in a folder survive a power failure. Some network file systems cannot say so; they are trusted then. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().catch(() => undefined)
  await handle.close()
}
