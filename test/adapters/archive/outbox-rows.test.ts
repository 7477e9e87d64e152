import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createOutboxRows } from '../../../src/adapters/archive/outbox-rows.ts'
import { RUN } from '../../support/run-fixtures.ts'

async function newArchive(): Promise<string> {
  const archive = await mkdtemp(join(tmpdir(), 'ha-outbox-'))
  onTestFinished(() => rm(archive, { recursive: true, force: true }))
  return archive
}

describe('what was posted, in the archive', () => {
  test('is a file for each part of a run, read by whoever comes later', async () => {
    const archive = await newArchive()
    await createOutboxRows(archive).set(`${RUN}:card`, 'one')
    await createOutboxRows(archive).set(`${RUN}:transcript`, 'two')
    await createOutboxRows(archive).set(`${RUN}:card`, 'three')
    expect(await createOutboxRows(archive).get(`${RUN}:card`)).toBe('three')
    expect(await readFile(join(archive, '.outbox', RUN, 'transcript'), 'utf8')).toBe('two')
    expect((await readdir(join(archive, '.outbox', RUN))).sort()).toEqual(['card', 'transcript'])
  })

  test('is not there when nobody wrote it, which is no error', async () => {
    const rows = createOutboxRows(await newArchive())
    expect(await rows.get(`${RUN}:card`)).toBeUndefined()
    await rows.set(`${RUN}:card`, 'one')
    expect(await rows.get(`${RUN}:other`)).toBeUndefined()
  })

  test('is whole whenever it is read, however many write it at once', async () => {
    const archive = await newArchive()
    const rows = createOutboxRows(archive)
    const values = Array.from({ length: 20 }, (_, i) => String(i).repeat(20_000))
    await rows.set(`${RUN}:card`, values[0] ?? '')
    const writes = Promise.all(values.map(value => rows.set(`${RUN}:card`, value)))
    for (let i = 0; i < 50; i++) expect(values).toContain(await rows.get(`${RUN}:card`))
    await writes
    expect(values).toContain(await rows.get(`${RUN}:card`))
    expect(await readdir(join(archive, '.outbox', RUN))).toEqual(['card'])
  })

  test('stays below its folder, whatever a key says', async () => {
    const archive = await newArchive()
    const rows = createOutboxRows(archive)
    await rows.set('../../up:..', 'mine')
    await rows.set('..:/etc/x', 'too')
    expect([await rows.get('../../up:..'), await rows.get('..:/etc/x')]).toEqual(['mine', 'too'])
    expect(await readdir(archive)).toEqual(['.outbox'])
  })

  test('that can be neither read nor written is an error, and is not taken for unposted', async () => {
    const archive = await newArchive()
    await writeFile(join(archive, '.outbox'), 'in the way')
    const rows = createOutboxRows(archive)
    await expect(rows.get(`${RUN}:card`)).rejects.toThrow('ENOTDIR')
    await expect(rows.set(`${RUN}:card`, 'one')).rejects.toThrow()
  })
})
