import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runFolder } from '../../../src/adapters/archive/folders.ts'
import { createOutputArchive } from '../../../src/adapters/archive/output.ts'
import { createRedactor } from '../../../src/transcripts/redact.ts'
import { RUN } from '../../support/run-fixtures.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ha-takeover-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const redactor = createRedactor()
redactor.register('bmc', 'correct horse')

function record(step: string, attempt = 1) {
  const archive = createOutputArchive(folder, () => redactor.stream())
  return archive.record({ run: RUN, number: 42, step, host: 'node1', attempt, again: false })
}

async function stored(file: string | undefined): Promise<string> {
  return await readFile(join(runFolder(folder, RUN, 42), file ?? ''), 'utf8')
}

describe('a recording of an operation that another worker has taken over', () => {
  test('has a file of its own, and the worker before it goes on in its own when it thaws', async () => {
    const frozen = await record('move')
    await frozen.sink('stdout', Buffer.from('the beginning, '))
    const next = await record('move')
    await next.sink('stdout', Buffer.from('the beginning, the end\n'))
    await frozen.sink('stdout', Buffer.from('written by one who does not know'))
    const [ours, theirs] = [await next.finish(), await frozen.finish()]
    expect(ours.stdout?.file).toBe('output/move.node1~2.out')
    expect(await stored(ours.stdout?.file)).toBe('the beginning, the end\n')
    expect(theirs.stdout?.file).toBe('output/move.node1.out')
    expect(await stored(theirs.stdout?.file)).toBe('the beginning, written by one who does not know')
    expect([ours.lost, theirs.lost]).toEqual([undefined, undefined])
  })

  test('stores again what the dead worker had before it, with its own masks', async () => {
    const dead = await record('again', 2)
    await dead.sink('stderr', Buffer.from('password is correct ho'))
    const next = await record('again', 2)
    await next.sink('stderr', Buffer.from('password is correct horse.\n'))
    const { stderr } = await next.finish()
    expect(stderr?.file).toBe('output/again.node1.2~2.err')
    expect(await stored(stderr?.file)).toBe('password is *************.\n')
    await dead.finish()
    expect(await stored('output/again.node1.2.err')).toBe('password is correct ho')
  })

  test('never shares a file, however many begin at once', async () => {
    const recordings = await Promise.all(Array.from({ length: 40 }, async () => await record('crowd')))
    await Promise.all(recordings.map(async ({ sink }, index) => await sink('stdout', Buffer.from(`from ${index}`))))
    const all = await Promise.all(recordings.map(async ({ finish }) => await finish()))
    const files = all.map(({ stdout }) => stdout?.file)
    expect(new Set(files).size).toBe(40)
    for (const [index, file] of files.entries()) expect(await stored(file)).toBe(`from ${index}`)
    const there = await readdir(join(runFolder(folder, RUN, 42), 'output'))
    expect(there.filter(file => file.startsWith('crowd'))).toHaveLength(40)
  })
})
