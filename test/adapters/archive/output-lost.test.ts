import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runFolder } from '../../../src/adapters/archive/folders.ts'
import { createOutputArchive } from '../../../src/adapters/archive/output.ts'
import { createRedactor } from '../../../src/transcripts/redact.ts'
import { RUN } from '../../support/run-fixtures.ts'
import { smallDisk } from '../../support/small-disk.ts'

const redactor = createRedactor()
redactor.register('bmc', 'correct horse')

function record(archive: string, step = 'move') {
  const outputs = createOutputArchive(archive, () => redactor.stream())
  return outputs.record({ run: RUN, number: 42, step, host: 'node1', attempt: 1, again: false })
}

const disk = smallDisk(64 * 1024)
const why = typeof disk === 'string' ? ` (skipped: ${disk})` : ''
afterAll(() => {
  if (typeof disk !== 'string') disk.remove()
})

describe.skipIf(typeof disk === 'string' && !process.env['CI'])(`an output on a disk that fills up${why}`, () => {
  const archive = typeof disk === 'string' ? '' : disk.folder

  test('is taken to its end, and tells how much of it is stored', async () => {
    expect(disk).not.toBeTypeOf('string')
    const { sink, finish } = await record(archive)
    const piece = Buffer.from('0123456789abcdef'.repeat(512))
    for (let i = 0; i < 40; i++) await sink('stdout', piece)
    await sink('stderr', Buffer.from('the last words'))
    const { stdout, stderr, lost } = await finish()
    const { bavail } = await statfs(archive)
    expect(bavail).toBe(0)
    const stored = await readFile(join(runFolder(archive, RUN, 42), stdout?.file ?? ''))
    expect(stored.length).toBeGreaterThan(16 * 1024)
    expect(stdout).toMatchObject({
      bytes: stored.length,
      sha256: createHash('sha256').update(stored).digest('hex'),
      tail: stored.subarray(-1500).toString(),
    })
    expect(lost).toContain(`only ${stored.length} of ${40 * piece.length} bytes of stdout are stored: ENOSPC`)
    expect(stderr).toBeUndefined()
    expect(lost).toContain('none of 14 bytes of stderr are stored: ENOSPC')
  })

  test('is whole again for the next step when somebody has made room', async () => {
    await rm(runFolder(archive, RUN, 42), { recursive: true })
    const { sink, finish } = await record(archive, 'next')
    await sink('stdout', Buffer.from('fine'))
    expect(await finish()).toEqual({ stdout: expect.objectContaining({ bytes: 4 }) })
  })
})

describe('an output that cannot be stored at all', () => {
  test('is taken all the same: the recording never rejects, and says what is missing', async () => {
    const archive = await mkdtemp(join(tmpdir(), 'ha-lost-'))
    try {
      // A file stands where the folder must be.
      await mkdir(runFolder(archive, RUN, 42), { recursive: true })
      await writeFile(join(runFolder(archive, RUN, 42), 'output'), '')
      const { sink, finish } = await record(archive)
      for (let i = 0; i < 3; i++) await sink('stdout', Buffer.alloc(1000))
      const recorded = await finish()
      expect(recorded.stdout).toBeUndefined()
      expect(recorded.lost).toMatch(/^none of 3000 bytes of stdout are stored: (EEXIST|ENOTDIR)/)
    } finally {
      await rm(archive, { recursive: true, force: true })
    }
  })

  test('is no loss when there was none', async () => {
    const { finish } = await record('/nowhere/that/can/be/made')
    expect(await finish()).toEqual({})
  })
})
