import { type FileHandle, mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { createEntryArchive } from '../../../src/adapters/archive/entries.ts'
import { entryFile } from '../../../src/adapters/archive/entry-file.ts'
import { finished, legStarted, RUN, recordOf, requested } from '../../support/run-fixtures.ts'

afterEach(() => vi.restoreAllMocks())

/** Sizes that files had each time one was synced; what is written goes to the real disk. */
async function watchSyncs(folder: string): Promise<number[]> {
  const probe = await open(join(folder, 'probe'), 'w')
  const handles: FileHandle = Object.getPrototypeOf(probe)
  await probe.close()
  const sizes: number[] = []
  const { datasync } = handles
  vi.spyOn(handles, 'datasync').mockImplementation(async function (this: FileHandle) {
    await datasync.call(this)
    sizes.push((await this.stat()).size)
  })
  return sizes
}

test('what was written of a run is synced to disk before anybody is told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ha-synced-'))
  try {
    const synced = await watchSyncs(folder)
    const archive = createEntryArchive(folder)
    const { entries } = recordOf(await requested(), legStarted(), finished())
    for (const [i, entry] of entries.entries()) {
      expect(await archive.write([entry], entries.slice(0, i), false)).toBe(true)
      const { size } = await stat(entryFile(folder, RUN, 42))
      expect(synced, `after entry ${i + 1}`).toContain(size)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
