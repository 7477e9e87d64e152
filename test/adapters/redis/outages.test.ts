import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createEntryArchive } from '../../../src/adapters/archive/entries.ts'
import type { ConnectionKind } from '../../../src/adapters/redis/connect.ts'
import { createJournal } from '../../../src/adapters/redis/journal.ts'
import { createLeases } from '../../../src/adapters/redis/leases.ts'
import type { Journal } from '../../../src/runs/journal.ts'
import { ulid } from '../../../src/runs/ulid.ts'
import { type PrivateRedis, startRedis } from '../../support/redis.ts'
import { legStarted, requested } from '../../support/run-fixtures.ts'

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
    await journalFor('desk').time().catch(() => undefined)
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

  test('who follows the journal is told of everything that came afterwards', async () => {
    const journal = journalFor('worker')
    const record = await started(journal)
    const ending = new AbortController()
    const news = journal.follow(ending.signal)[Symbol.asyncIterator]()
    const first = news.next()
    // It follows from when it asks: a first word makes sure that it does.
    const nudge = setInterval(() => void journal.append(record, [legStarted()], 'x').catch(() => undefined), 50)
    const other = await journal.open('other')
    if (!other.ok) throw new Error('not opened')
    let told = first
    const opening = await requested()
    let second = await journal.append(other.value, [opening], 'bot')
    for (let i = 0; second.kind === 'appended' && (await Promise.race([told, pause()])) === undefined; i++)
      second = await journal.append(second.record, [legStarted(1, String(i))], 'bot')
    clearInterval(nudge)
    expect((await told).value).toMatch(/^[0-9A-Z]{26}$/)

    told = news.next()
    await redis.kill()
    await redis.start()
    if (second.kind !== 'appended') throw new Error(second.kind)
    await journal.append(second.record, [legStarted(1, 'after')], 'bot')
    expect((await told).value).toBe(other.value.run)
    ending.abort()
    expect((await news.next()).done).toBe(true)
  })
})

function pause(): Promise<undefined> {
  return new Promise(resolve => setTimeout(resolve, 20, undefined))
}

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
