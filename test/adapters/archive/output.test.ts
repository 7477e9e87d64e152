import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runFolder, safeName } from '../../../src/adapters/archive/folders.ts'
import { createOutputArchive } from '../../../src/adapters/archive/output.ts'
import type { Mask } from '../../../src/adapters/archive/stored-stream.ts'
import { createRedactor } from '../../../src/transcripts/redact.ts'
import { RUN } from '../../support/run-fixtures.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ha-output-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const plain = (): Mask => ({ write: chunk => chunk, flush: () => Buffer.alloc(0) })
let steps = 0

function recording(newMask: () => Mask = plain, more: { step?: string; host?: string } = {}) {
  steps += 1
  const archive = createOutputArchive(folder, newMask)
  const of = { run: RUN, number: 42, step: `step${steps}`, host: 'node1', attempt: 1, again: false, ...more }
  return { archive, opened: archive.record(of) }
}

describe('an output', () => {
  test('is stored byte for byte, counted and hashed as stored, however it came in pieces', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(chunks, async pieces => {
        const { archive, opened } = recording()
        const { sink, finish } = await opened
        // Nobody waits for one piece before the next: the order must hold all the same.
        await Promise.all(pieces.map(async piece => await sink('stdout', Buffer.from(piece))))
        const { stdout } = await finish()
        const whole = Buffer.concat(pieces)
        if (whole.length === 0) {
          expect(stdout).toBeUndefined()
          return
        }
        const stored = await archive.read(RUN, 42, stdout?.file ?? '', 1 << 20)
        expect(stored.bytes.equals(whole)).toBe(true)
        expect(stdout).toMatchObject({
          bytes: whole.length,
          sha256: createHash('sha256').update(whole).digest('hex'),
        })
      }),
      { numRuns: 30 },
    )
  })

  test('is masked before it touches the disk, across pieces', async () => {
    const redactor = createRedactor()
    redactor.register('bmc', 'correct horse')
    const { archive, opened } = recording(() => redactor.stream())
    const { sink, finish } = await opened
    await sink('stderr', Buffer.from('password is correct h'))
    await sink('stderr', Buffer.from('orse, thanks\n'))
    const { stderr } = await finish()
    const { bytes } = await archive.read(RUN, 42, stderr?.file ?? '', 100)
    expect(bytes.toString()).not.toContain('horse')
    expect(bytes.toString()).toMatch(/^password is .+, thanks\n$/)
    expect(stderr?.tail).toBe(bytes.toString())
  })

  test('that is long keeps its end for the card, whole characters only', async () => {
    const { opened } = recording()
    const { sink, finish } = await opened
    await sink('stdout', Buffer.from('ü'.repeat(5000)))
    const { stdout } = await finish()
    expect(stdout?.bytes).toBe(10_000)
    expect(stdout?.tail).toMatch(/^ü+$/)
    expect(Buffer.byteLength(stdout?.tail ?? '')).toBeLessThanOrEqual(1500)
  })

  test('without a byte makes no file', async () => {
    const { opened } = recording(plain, { step: 'silent' })
    const { finish } = await opened
    expect(await finish()).toEqual({})
    const files = await readdir(join(runFolder(folder, RUN, 42), 'output')).catch(() => [])
    expect(files.filter(file => file.startsWith('silent'))).toEqual([])
  })

  test('can be read up to a limit, and says how long it is', async () => {
    const { archive, opened } = recording()
    const { sink, finish } = await opened
    await sink('stdout', Buffer.from('0123456789'))
    const { stdout } = await finish()
    const stored = await archive.read(RUN, 42, stdout?.file ?? '', 4)
    expect([stored.bytes.toString(), stored.total]).toEqual(['0123', 10])
  })

  test('stays in the folder of its run, whatever a step or a node is called', async () => {
    const names = fc.string({ unit: fc.constantFrom(...'ab/.\\\u0000 ') })
    fc.assert(
      fc.property(names, name => {
        expect(safeName(name)).toMatch(/^(?!\.)[A-Za-z0-9._-]*$/)
      }),
    )
    const { opened } = recording(plain, { step: '../../evil', host: '../node' })
    const { sink, finish } = await opened
    await sink('stdout', Buffer.from('x'))
    const { stdout } = await finish()
    expect((await stat(join(runFolder(folder, RUN, 42), stdout?.file ?? ''))).isFile()).toBe(true)
    expect(stdout?.file.split('/')).toHaveLength(2)
  })
})

test('a run has its folder by the day it was asked for, its number and its own id', () => {
  expect(runFolder('/archive', RUN, 42)).toMatch(new RegExp(`^/archive/\\d{4}/\\d{2}/\\d{2}/42-${RUN}$`))
})
