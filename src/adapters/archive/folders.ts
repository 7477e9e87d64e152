import { join } from 'node:path'
import { ulidTime } from '../../runs/ulid.ts'

/**
 * A run's folder: `archive/YYYY/MM/DD/<number>-<ulid>`, by the day (UTC) it was asked for. Numbers begin anew with a new Redis; the ULID
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
