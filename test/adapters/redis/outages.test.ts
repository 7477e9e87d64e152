import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createEntryArchive } from '../../../src/adapters/archive/entries.ts'
import { type ConnectionKind, connectRedis } from '../../../src/adapters/redis/connect.ts'
import { createJournal } from '../../../src/adapters/redis/journal.ts'
import { createLeases } from '../../../src/adapters/redis/leases.ts'
import type { Journal } from '../../../src/runs/journal.ts'
import { ulid } from '../../../src/runs/ulid.ts'
import { eventually, type PrivateRedis, startRedis } from '../../support/redis.ts'
import { legStarted, requested } from '../../support/run-fixtures.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'

let redis: PrivateRedis
let folder: string

beforeEach(async () => {
  redis = await startRedis()
  folder = await mkdtemp(join(tmpdir(), 'ha-outage-'))
})
afterEach(async () => {
  await redis?.close()
  await rm(folder, { recursive: true, force: true })
})

function journalFor(kind: ConnectionKind): Journal {
  const archive = createEntryArchive(folder)
  const newRun = () => ulid(Date.now(), crypto.getRandomValues(new Uint8Array(10)))
  return createJournal({ redis: redis.connect(kind).redis, where: `127.0.0.1:${redis.port}`, archive, newRun })
}

async function started(journal: Journal) {
  const opened = await journal.open('once')
  if (!opened.ok) throw new Error(opened.problems[0]?.message)
  const answer = await journal.append(opened.value, [await requested()], 'bot')
  if (answer.kind !== 'appended') throw new Error(answer.kind)
  return answer.record
}

describe('while Redis is away', () => {
  test('the desk hears at once that nothing was accepted, where, and what to do', async () => {
    const journal = journalFor('desk')
    const record = await started(journal)
    await redis.kill()
    const answer = await journal.append(record, [legStarted()], 'bot')
    expect(answer.kind).toBe('unavailable')
    expect(answer).toMatchObject({ problem: { code: 'journal-unavailable', stillTrue: 'Nothing will run.' } })
    const open = await journal.open('another')
    expect(open.ok).toBe(false)
    await expect(journal.time()).rejects.toThrow()
  })

  test('the worker waits, and what it wanted to write stands there once Redis is back', async () => {
    const journal = journalFor('worker')
    const record = await started(journal)
    await redis.kill()
    let isDone = false
    const writing = journal.append(record, [legStarted()], 'worker').finally(() => {
      isDone = true
    })
    await journalFor('desk')
      .time()
      .catch(() => undefined)
    expect(isDone).toBe(false)
    await redis.start()
    expect(await writing).toMatchObject({ kind: 'appended' })
    expect((await journal.load(record.state.run))?.entries).toHaveLength(2)
  })

  test('what was acknowledged survives a kill -9', async () => {
    const journal = journalFor('worker')
    let record = await started(journal)
    for (let i = 0; i < 20; i++) {
      const answer = await journal.append(record, [legStarted(1, `worker${i}`)], 'worker')
      if (answer.kind === 'appended') record = answer.record
    }
    const leases = createLeases(redis.connect('worker').redis)
    const take = await leases.take('pvfs', record.state, 1)
    await redis.kill()
    await redis.start()
    expect((await journal.load(record.state.run))?.entries).toEqual(record.entries)
    expect(await journal.active()).toEqual([record.state.run])
    expect(await leases.holder('pvfs')).toMatchObject({ run: record.state.run, epoch: take.taken ? take.epoch : 0 })
  })

  test('who follows the journal is told of what comes afterwards', async () => {
    const journal = journalFor('worker')
    let record = await started(journal)
    const more = async () => {
      const answer = await journal.append(record, [legStarted(record.entries.length)], 'worker')
      if (answer.kind === 'appended') record = answer.record
    }
    const ending = new AbortController()
    const heard: string[] = []
    const following = (async () => {
      for await (const run of journal.follow(ending.signal)) heard.push(run)
    })()
    // It follows from the moment it first asks: knock until it hears.
    await eventually(async () => {
      await more()
      return heard[0]
    })
    await redis.kill()
    await redis.start()
    heard.length = 0
    await more()
    expect(await eventually(() => heard[0])).toBe(record.state.run)
    ending.abort()
    await following
  })

  test('who begins to follow while it is away is told once it is back', async () => {
    const journal = journalFor('worker')
    let record = await started(journal)
    await redis.kill()
    const ending = new AbortController()
    const heard: string[] = []
    const following = (async () => {
      for await (const run of journal.follow(ending.signal)) heard.push(run)
    })()
    await redis.start()
    await eventually(async () => {
      const answer = await journal.append(record, [legStarted(record.entries.length)], 'worker')
      if (answer.kind === 'appended') record = answer.record
      return heard[0]
    })
    ending.abort()
    await following
  })
})

describe('leases', () => {
  test('are held by one run; epochs only grow; a release of an older epoch does nothing', async () => {
    const leases = createLeases(redis.connect('worker').redis)
    const [a, b] = [
      { run: 'A', number: 41 },
      { run: 'B', number: 42 },
    ]
    expect(await leases.take('pvfs', a, 1000)).toEqual({ taken: true, epoch: 1 })
    expect(await leases.take('pvfs', a, 2000)).toEqual({ taken: true, epoch: 1 })
    expect(await leases.take('pvfs', b, 3000)).toEqual({ taken: false, run: 'A', number: 41, since: 1000 })
    expect(await leases.take('xen', b, 3000)).toEqual({ taken: true, epoch: 1 })
    await leases.release('pvfs', 'B', 1)
    expect(await leases.holder('pvfs')).toEqual({ run: 'A', number: 41, since: 1000, epoch: 1 })
    await leases.release('pvfs', 'A', 1)
    expect(await leases.take('pvfs', b, 4000)).toEqual({ taken: true, epoch: 2 })
    await leases.release('pvfs', 'B', 1)
    expect(await leases.holder('pvfs')).toMatchObject({ run: 'B', epoch: 2 })
  })
})

describe('a cluster that is taken from a run', () => {
  const [a, b] = [
    { run: 'A', number: 41 },
    { run: 'B', number: 42 },
  ]

  test('is free, under an epoch that is higher than any before; a release by its old holder does nothing', async () => {
    const leases = createLeases(redis.connect('worker').redis)
    await leases.take('pvfs', a, 1)
    const epoch = await leases.bump('pvfs', 'A')
    expect(epoch).toBe(2)
    expect(await leases.holder('pvfs')).toBeUndefined()
    expect(await leases.take('pvfs', b, 2)).toEqual({ taken: true, epoch: 3 })
    await leases.release('pvfs', 'A', 1)
    expect(await leases.holder('pvfs')).toMatchObject({ run: 'B', epoch: 3 })
    // Asked again: the answer stays, and who has it now keeps it.
    expect(await leases.bump('pvfs', 'A')).toBe(epoch)
    expect(await leases.holder('pvfs')).toMatchObject({ run: 'B' })
    expect(await leases.bump('pvfs', 'B')).toBe(4)
  })

  test('gets one new epoch when the answer is lost on its way and the question sent again', async () => {
    const proxy = await startTcpProxy({ address: '127.0.0.1', port: redis.port })
    const link = connectRedis(`redis://127.0.0.1:${proxy.port}`, 'worker')
    try {
      const leases = createLeases(link.redis)
      await leases.take('pvfs', a, 1)
      proxy.cutAfter('down', 0)
      expect(await leases.bump('pvfs', 'A')).toBe(2)
      expect(proxy.opened()).toBeGreaterThan(1)
      expect(await leases.take('pvfs', b, 2)).toEqual({ taken: true, epoch: 3 })
    } finally {
      await link.close()
      await proxy.close()
    }
  })

  test('comes back to who held it before Redis forgot, unless somebody has it since; epochs never go back', async () => {
    const leases = createLeases(redis.connect('worker').redis)
    expect(await leases.restore('pvfs', { ...a, since: 5 }, 7)).toEqual({ taken: true, epoch: 7 })
    expect(await leases.restore('pvfs', { ...a, since: 5 }, 7)).toEqual({ taken: true, epoch: 7 })
    expect(await leases.holder('pvfs')).toEqual({ ...a, since: 5, epoch: 7 })
    await leases.release('pvfs', 'A', 7)
    expect(await leases.take('pvfs', b, 6)).toEqual({ taken: true, epoch: 8 })
    expect(await leases.restore('pvfs', { ...a, since: 5 }, 9)).toEqual({ taken: false, ...b, since: 6 })
    expect(await leases.bump('pvfs', 'B')).toBe(10)
    expect(await leases.raise('pvfs', 20)).toBe(20)
    expect(await leases.raise('pvfs', 3)).toBe(20)
    expect(await leases.take('pvfs', a, 7)).toEqual({ taken: true, epoch: 21 })
  })
})
