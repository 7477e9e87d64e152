import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runFolder } from '../../src/adapters/archive/folders.ts'
import { brokenAt } from '../../src/runs/chain.ts'
import { isAtRest, isOver } from '../../src/runs/over.ts'
import type { RunRecord } from '../../src/runs/state.ts'
import { type PrivateRedis, startRedis } from '../support/redis.ts'
import { finished, gateOpened, legStarted, planned, requested } from '../support/run-fixtures.ts'
import { CLUSTER, createPart, lifeOfARun, lived, living, type Part } from './recovering.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ha-recovery-'))
})
afterEach(async () => await rm(folder, { recursive: true, force: true }))

/** The entries as they were, and behind them only that they are back. */
async function expectBack(part: Part, before: RunRecord, forgotten: number): Promise<RunRecord> {
  const { run, number } = before.state
  const now = await part.journal.load(run)
  if (!now) throw new Error(`#${number} is not in Redis`)
  expect(now.entries.slice(0, -1)).toEqual(before.entries)
  expect(now.entries.at(-1)?.event).toEqual({ type: 'restored', entries: forgotten })
  expect(brokenAt(now.entries)).toBeUndefined()
  expect(await part.archive.read(run, number)).toEqual(now.entries)
  expect(await part.journal.find(number)).toBe(run)
  expect((await part.journal.active()).includes(run)).toBe(!isAtRest(now.state))
  return now
}

describe('a Redis that was emptied', () => {
  let redis: PrivateRedis
  beforeAll(async () => {
    redis = await startRedis()
  })
  beforeEach(async () => {
    await createPart(redis, folder).flushall()
  })
  afterAll(async () => await redis?.close())

  test('at any point of a run gets it back as it was, with its number and its cluster, and the run can go on', async () => {
    const life = await lifeOfARun()
    for (let lives = 1; lives <= life.length; lives++) {
      const part = createPart(redis, folder)
      const before = await lived(part, life.slice(0, lives))
      await part.flushall()
      const restarted = createPart(redis, folder)
      await restarted.recovery.round()
      const { run, number, lease } = before.state
      if (isOver(before.state)) {
        expect(await restarted.journal.load(run)).toBeUndefined()
        expect(await restarted.archive.open()).toEqual([])
        expect(await restarted.archive.read(run, number)).toEqual(before.entries)
      } else {
        const now = await expectBack(restarted, before, lives)
        expect(now.state.restored).toBe(true)
        const holder = await restarted.leases.holder(CLUSTER)
        expect(holder?.run).toBe(lease ? run : undefined)
        expect(holder?.epoch).toBe(lease?.epoch)
        const over = await living(restarted, now, [...life.slice(lives), finished(), ...(lease ? life.slice(-1) : [])])
        expect(isOver(over.state), over.state.phase).toBe(true)
        expect(await restarted.archive.open()).toEqual([])
      }
    }
  })

  test('does not give numbers and epochs away again, not even those of runs that are over', async () => {
    const part = createPart(redis, folder)
    const life = await lifeOfARun()
    const first = await lived(part, life)
    const second = await lived(part, life)
    expect(second.state.lease?.epoch).toBe((first.state.lease?.epoch ?? 0) + 1)
    await part.flushall()
    // The desk of a bot that ran on, of one that was started anew, and a worker.
    const next = await lived(part, life.slice(0, 1))
    expect(next.state.number).toBe(second.state.number + 1)
    await part.flushall()
    const after = await lived(createPart(redis, folder), life.slice(0, 1))
    expect(after.state.number).toBe(next.state.number + 1)
    const worker = createPart(redis, folder)
    await worker.recovery.round()
    expect(await worker.leases.take(CLUSTER, after.state, 1)).toEqual({
      taken: true,
      epoch: (second.state.lease?.epoch ?? 0) + 1,
    })
  })

  test('is filled once, however many look at the same time, and again after the next loss', async () => {
    const part = createPart(redis, folder)
    const life = await lifeOfARun()
    const waiting = await lived(part, life.slice(0, 4))
    const holding = await lived(part, life.slice(0, 10))
    for (let time = 1; time <= 2; time++) {
      await part.flushall()
      const all = Array.from({ length: 6 }, (_, i) => createPart(redis, folder, `worker@test:${i}`))
      await Promise.all(all.map(({ recovery }) => recovery.round()))
      expect(all.flatMap(({ told }) => told)).toHaveLength(2)
      for (const record of [waiting, holding]) {
        const now = await part.journal.load(record.state.run)
        // What was told and not heard yet is not told again.
        expect(now?.entries).toHaveLength(record.entries.length + 1)
        expect(await part.archive.read(record.state.run, record.state.number)).toEqual(now?.entries)
      }
    }
    expect(await part.leases.holder(CLUSTER)).toMatchObject({ run: holding.state.run })
  })

  test('under the hands of a worker: its next word is not taken, and the run is back with nothing lost', async () => {
    const part = createPart(redis, folder)
    const before = await lived(part, (await lifeOfARun()).slice(0, 10))
    await part.flushall()
    const answer = await part.journal.append(before, [finished()], 'worker@test')
    expect(answer).toMatchObject({ kind: 'conflict', record: { state: { restored: true, phase: 'running' } } })
    await expectBack(part, before, 10)
    expect(await part.leases.holder(CLUSTER)).toMatchObject({ run: before.state.run, epoch: before.state.lease?.epoch })
  })

  test('right after a request was accepted: the same delivery does not begin a second run of the first', async () => {
    const part = createPart(redis, folder)
    const opened = await part.journal.open('delivery')
    if (!opened.ok) throw new Error('not opened')
    const before = await living(part, opened.value, [await requested()])
    await part.flushall()
    const again = await part.journal.append(opened.value, [await requested('failover server3')], 'bot@test')
    expect(again.kind).toBe('conflict')
    await expectBack(part, before, 1)
  })

  test('and given to another run meanwhile: the run that believes to hold the cluster is back, and it is told who has it', async () => {
    const part = createPart(redis, folder)
    const life = await lifeOfARun()
    const first = await lived(part, life.slice(0, 10))
    await part.flushall()
    const second = await part.leases.take(CLUSTER, { run: 'B', number: 99 }, 5)
    expect(second).toMatchObject({ taken: true })
    await part.recovery.round()
    expect(part.told).toEqual([
      expect.objectContaining({ kind: 'restored', entries: 10, heldBy: { run: 'B', number: 99 } }),
    ])
    await expectBack(part, first, 10)
    expect(await part.leases.holder(CLUSTER)).toMatchObject({ run: 'B' })
    expect(await part.leases.bump(CLUSTER, 'B')).toBeGreaterThan(first.state.lease?.epoch ?? 0)
  })

  test('is not filled from an archive that was changed, and that is told once', async () => {
    const part = createPart(redis, folder)
    const before = await lived(part, (await lifeOfARun()).slice(0, 4))
    const { run, number } = before.state
    const file = join(runFolder(folder, run, number), 'events.ndjson')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('failover server2', 'failover server3'))
    await part.flushall()
    const restarted = createPart(redis, folder)
    await restarted.recovery.round()
    await restarted.recovery.round()
    expect(await restarted.journal.load(run)).toBeUndefined()
    expect(restarted.told).toMatchObject([{ kind: 'refused', problem: { code: 'archive-differs' } }])
    expect(await restarted.archive.open()).toEqual([{ run, number }])
  })

  test('gets back a run whose last line was cut by a crash, as far as it was written', async () => {
    const part = createPart(redis, folder)
    const before = await lived(part, (await lifeOfARun()).slice(0, 4))
    const { run, number } = before.state
    const file = join(runFolder(folder, run, number), 'events.ndjson')
    await truncate(file, (await readFile(file)).length - 7)
    await part.flushall()
    const restarted = createPart(redis, folder)
    await restarted.recovery.round()
    const now = await restarted.journal.load(run)
    expect(now?.entries.slice(0, -1)).toEqual(before.entries.slice(0, 3))
    const more = await living(restarted, now ?? before, [gateOpened()])
    expect(await restarted.archive.read(run, number)).toEqual(more.entries)
  })

  test('gets nothing from marks without entries, and marks without need go away', async () => {
    const part = createPart(redis, folder)
    const over = await lived(part, await lifeOfARun())
    await writeFile(join(folder, 'open', `77-${over.state.run.slice(0, -1)}Z`), '')
    await writeFile(join(folder, 'open', `${over.state.number}-${over.state.run}`), '')
    await part.recovery.round()
    expect((await readdir(join(folder, 'open'))).map(name => name.split('-')[0])).toEqual(['77'])
    expect(part.told).toEqual([])
  })

  test('finds runs again that an earlier version left unmarked', async () => {
    const part = createPart(redis, folder)
    const before = await lived(part, (await lifeOfARun()).slice(0, 4))
    await rm(join(folder, 'open'), { recursive: true })
    await part.recovery.round()
    await part.flushall()
    await part.recovery.round()
    await expectBack(part, before, 4)
  })
})

describe('a Redis that was killed', () => {
  let redis: PrivateRedis
  beforeEach(async () => {
    redis = await startRedis()
  })
  afterEach(async () => await redis?.close())

  const files = () => join(redis.folder, 'appendonlydir')

  /** What a backup of this moment would hold. */
  async function copyMade(): Promise<string> {
    await redis.kill()
    const copy = join(folder, 'copy')
    await cp(files(), copy, { recursive: true })
    await redis.start()
    return copy
  }

  async function copyPutBack(copy: string): Promise<void> {
    await redis.kill()
    await rm(files(), { recursive: true })
    await cp(copy, files(), { recursive: true })
    await redis.start()
  }

  test('and came up with an older copy: what was forgotten comes back, what was begun since as well', async () => {
    const part = createPart(redis, folder)
    const life = await lifeOfARun()
    const old = await lived(part, life.slice(0, 4))
    const copy = await copyMade()
    const now = await living(part, old, life.slice(4, 10))
    const young = await lived(part, life.slice(0, 4))
    await copyPutBack(copy)
    const restarted = createPart(redis, folder)
    expect((await restarted.journal.load(old.state.run))?.entries).toHaveLength(4)
    await restarted.recovery.round()
    await expectBack(restarted, now, 6)
    await expectBack(restarted, young, 4)
    expect(await restarted.leases.holder(CLUSTER)).toMatchObject({ run: old.state.run, epoch: now.state.lease?.epoch })
    expect((await lived(restarted, life.slice(0, 1))).state.number).toBe(young.state.number + 1)
  })

  test('and shows a run under way that has ended since: the end stands, and its cluster is free', async () => {
    const part = createPart(redis, folder)
    const life = await lifeOfARun()
    const held = await lived(part, life.slice(0, 10))
    const copy = await copyMade()
    const over = await living(part, held, [finished(), ...life.slice(-1)])
    await copyPutBack(copy)
    const restarted = createPart(redis, folder)
    expect(await restarted.journal.active()).toEqual([held.state.run])
    await restarted.recovery.round()
    expect((await restarted.journal.load(held.state.run))?.entries).toEqual(over.entries)
    expect(await restarted.journal.active()).toEqual([])
    expect(await restarted.leases.holder(CLUSTER)).toBeUndefined()
    expect(restarted.told).toMatchObject([{ kind: 'restored', entries: 2 }])
  })

  test('and shows a cluster as held that somebody has freed since: it is free', async () => {
    const part = createPart(redis, folder)
    const life = await lifeOfARun()
    const unknown = await lived(part, life.slice(0, 12))
    const copy = await copyMade()
    await living(part, unknown, life.slice(12))
    await copyPutBack(copy)
    const restarted = createPart(redis, folder)
    expect(await restarted.leases.holder(CLUSTER)).toMatchObject({ run: unknown.state.run })
    await restarted.recovery.round()
    expect(await restarted.leases.holder(CLUSTER)).toBeUndefined()
  })

  test('and lost the end of its file: the archive has it', async () => {
    const part = createPart(redis, folder)
    const before = await lived(part, [await requested(), legStarted(), planned(), gateOpened()])
    await redis.kill()
    const name = (await readdir(files())).find(one => one.endsWith('.incr.aof')) ?? ''
    const file = join(files(), name)
    await truncate(file, (await readFile(file)).length - 300)
    await redis.start()
    const restarted = createPart(redis, folder)
    const left = (await restarted.journal.load(before.state.run))?.entries.length ?? 0
    expect(left).toBe(3)
    await restarted.recovery.round()
    await expectBack(restarted, before, 1)
  })
})
