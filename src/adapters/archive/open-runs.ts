import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Opened } from '../../runs/journal.ts'
import { syncFolder } from './folders.ts'

const NAME = /^(\d+)-([0-7][0-9A-HJKMNP-TV-Z]{25})$/

/**
 * `archive/open/<number>-<ulid>`, an empty file for every run that is not over: what an emptied Redis is filled from, without reading
 * every folder there is. A mark too many is harmless; it is there before the first entry, and goes after the last.
 */
export class OpenRuns {
  readonly #folder: string

  constructor(archive: string) {
    this.#folder = join(archive, 'open')
  }

  /** Not remembered whether it was done: another process may have taken the mark away since. */
  async mark(run: Opened): Promise<void> {
    if (!(await this.#create(run))) return
    await syncFolder(this.#folder)
  }

  async unmark(run: Opened): Promise<void> {
    await rm(this.#path(run), { force: true })
  }

  async list(): Promise<Opened[]> {
    return (await namesIn(this.#folder)).flatMap(name => {
      const [, number, run] = NAME.exec(name) ?? []
      return number && run ? [{ run, number: Number(number) }] : []
    })
  }

  /** False when it was there. */
  async #create(run: Opened): Promise<boolean> {
    try {
      await (await open(this.#path(run), 'ax', 0o660)).close()
      return true
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EEXIST') return false
      if (code !== 'ENOENT') throw error
      await mkdir(this.#folder, { recursive: true, mode: 0o770 })
      return await this.#create(run)
    }
  }

  #path({ run, number }: Opened): string {
    return join(this.#folder, `${number}-${run}`)
  }
}

/** Names in a folder, none when it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
