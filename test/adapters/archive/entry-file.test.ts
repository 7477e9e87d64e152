import { type FileHandle, mkdtemp, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { createEntryArchive } from '../../../src/adapters/archive/entries.ts'
import { entryFile, readEntries } from '../../../src/adapters/archive/entry-file.ts'
import { finished, legStarted, RUN, recordOf, requested } from '../../support/run-fixtures.ts'

afterEach(() => vi.restoreAllMocks())

/** The real sync of the real disk, and `then` behind it. */
async function afterEachSync(folder: string, then: (handle: FileHandle) => Promise<void>): Promise<void> {
  const probe = await open(join(folder, 'probe'), 'w')
  const handles: FileHandle = Object.getPrototypeOf(probe)
  await probe.close()
  const { datasync } = handles
  vi.spyOn(handles, 'datasync').mockImplementation(async function (this: FileHandle) {
    await datasync.call(this)
    await then(this)
  })
}

/** Sizes that files had each time one was synced; what is written goes to the real disk. */
async function watchSyncs(folder: string): Promise<number[]> {
  const sizes: number[] = []
  await afterEachSync(folder, async handle => {
    sizes.push((await handle.stat()).size)
  })
  return sizes
}

/** Puts another file in the place of this one, as sealing does. */
async function replace(file: string, content: string): Promise<void> {
  await writeFile(`${file}.new`, content)
  await rename(`${file}.new`, file)
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

test('what was written to a file that was replaced in this moment is written to the one that stands there now, once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ha-replaced-'))
  try {
    const archive = createEntryArchive(folder)
    const { entries } = recordOf(await requested(), legStarted(), finished())
    const [before, last] = [entries.slice(0, 2), entries.slice(2)]
    expect(await archive.write(before, [], false)).toBe(true)
    const file = entryFile(folder, RUN, 42)
    const old = await readFile(file, 'utf8')
    let replaced = 0
    await afterEachSync(folder, async () => {
      replaced += 1
      if (replaced === 1) await replace(file, old)
    })
    expect(await archive.write(last, before, false)).toBe(true)
    expect(await readEntries(folder, RUN, 42)).toEqual(entries)
    expect(await readFile(file, 'utf8')).toBe(`${old}${JSON.stringify(last[0])}\n`)
    expect(replaced).toBe(2)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a file that is replaced again and again while it is written is an error: nobody is told that anything was written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ha-replaced-'))
  try {
    const archive = createEntryArchive(folder)
    const { entries } = recordOf(await requested())
    await afterEachSync(folder, async () => await replace(entryFile(folder, RUN, 42), ''))
    await expect(archive.write(entries, [], false)).rejects.toThrow('replaced again and again')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
