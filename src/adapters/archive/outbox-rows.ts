import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { safeName } from './folders.ts'

/**
 * What a surface has posted, as files `.outbox/<run>/<part>`: a Redis that forgot must not have everything posted a second time. Written
 * beside and renamed; not fsynced, since what a power cut takes is looked up in Slack.
 */
export function createOutboxRows(archive: string) {
  const place = (key: string) => join(archive, '.outbox', ...key.split(':').map(safeName))
  return {
    get: async (key: string): Promise<string | undefined> => {
      try {
        return await readFile(place(key), 'utf8')
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    },
    set: async (key: string, value: string): Promise<void> => {
      const file = place(key)
      await mkdir(dirname(file), { recursive: true, mode: 0o770 })
      const beside = `${file}.${randomBytes(4).toString('hex')}`
      await writeFile(beside, value, { mode: 0o660 })
      await rename(beside, file)
    },
  }
}
