import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEntryArchive, readEntries } from '../../../src/adapters/archive/entries.ts'
import { runFolder } from '../../../src/adapters/archive/folders.ts'
import { connectRedis } from '../../../src/adapters/redis/connect.ts'
import { createJournal } from '../../../src/adapters/redis/journal.ts'
import { keys } from '../../../src/adapters/redis/keys.ts'
import { brokenAt } from '../../../src/runs/chain.ts'
import type { RunEvent } from '../../../src/runs/events.ts'
import type { Appended, EntryArchive, Journal, Opened } from '../../../src/runs/journal.ts'
import type { RunRecord } from '../../../src/runs/state.ts'
import { ulid } from '../../../src/runs/ulid.ts'
import { type PrivateRedis, startRedis } from '../../support/redis.ts'
import {
  decided,
  finished,
  gateOpened,
  legStarted,
  planned,
  requested,
  stopRequested,
} from '../../support/run-fixtures.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'

let redis: PrivateRedis
let folder: string

beforeAll(async () => {
  redis = await startRedis()
  folder = await mkdtemp(join(tmpdir(), 'ha-journal-'))
})
afterAll(async () => {
  await redis?.close()
  await rm(folder, { recursive: true, force: true })
})

let made = 0
function newRun(): string {
  made += 1
  return ulid(Date.now(), Buffer.from(made.toString(16).padStart(20, '0'), 'hex'))
}

function journalOver(link: { redis: Parameters<typeof createJournal>[0]['redis'] }, archive?: EntryArchive): Journal {
  return createJournal({
    redis: link.redis,
    where: `127.0.0.1:${redis.port}`,
    archive: archive ?? createEntryArchive(folder),
    newRun,
  })
}

async function opened(journal: Journal, dedupe = newRun()): Promise<Opened> {
  const answer = await journal.open(dedupe)
  if (!answer.ok) throw new Error(answer.problems[0]?.message)
  return answer.value
}

async function started(journal: Journal): Promise<RunRecord> {
  return appended(await journal.append(await opened(journal), [await requested()], 'bot@test'))
}

function appended(answer: Appended): RunRecord {
  if (answer.kind !== 'appended') throw new Error(`${answer.kind}: ${JSON.stringify(answer)}`)
  return answer.record
}

describe('opening a run', () => {
  test('the same delivery gives the same run and number, however often and at once it comes', async () => {
    const journal = journalOver(redis.connect('desk'))
    const all = await Promise.all(Array.from({ length: 8 }, () => opened(journal, 'delivery-1')))
    expect(new Set(all.map(one => `${one.run} ${one.number}`)).size).toBe(1)
    const next = await opened(journal, 'delivery-2')
    expect(next.number).toBe((all[0]?.number ?? 0) + 1)
    expect(await journal.find(next.number)).toBe(next.run)
  })
})

describe('appending', () => {
  test('of two writers at the same place one wins; the other is shown how the run stands', async () => {
    const journals = [journalOver(redis.connect('desk')), journalOver(redis.connect('worker'))] as const
    const record = await started(journals[0])
    const answers = await Promise.all([
      journals[0].append(record, [legStarted(1, 'one')], 'one'),
      journals[1].append(record, [legStarted(1, 'two')], 'two'),
    ])
    expect(answers.map(answer => answer.kind).sort()).toEqual(['appended', 'conflict'])
    const worker = answers.map(answer => 'record' in answer && answer.record.state.worker)
    expect(worker[0]).toBe(worker[1])
    expect((await journals[0].load(record.state.run))?.entries).toHaveLength(2)
  })

  test('events of one call stand together or not at all', async () => {
    const journal = journalOver(redis.connect('desk'))
    const record = await started(journal)
    const waiting = appended(await journal.append(record, [legStarted(), planned(), gateOpened()], 'worker'))
    const late = await journal.append(record, [legStarted(), planned()], 'late')
    expect(late.kind).toBe('conflict')
    expect((await journal.load(record.state.run))?.entries).toEqual(waiting.entries)
  })

  test('what is loaded is what was returned, entry by entry, and its chain is whole', async () => {
    const journal = journalOver(redis.connect('desk'))
    const record = await started(journal)
    const last = appended(await journal.append(record, [legStarted(), planned(), gateOpened()], 'worker'))
    const loaded = await journal.load(record.state.run)
    expect(loaded?.entries).toEqual(last.entries)
    expect(loaded?.state).toEqual(last.state)
    expect(brokenAt(loaded?.entries ?? [])).toBeUndefined()
  })

  test('a run is active until it is finished, and active again while it owes its cluster', async () => {
    const journal = journalOver(redis.connect('desk'))
    const record = await started(journal)
    const { run } = record.state
    expect(await journal.active()).toContain(run)
    const taken: RunEvent[] = [legStarted(), { type: 'lease-taken', cluster: 'pvfs', epoch: 1 }]
    const unknown: RunEvent = { ...finished(), outcome: 'unknown' } as RunEvent
    const held = appended(await journal.append(record, [...taken, unknown], 'worker'))
    expect(await journal.active()).not.toContain(run)
    const stopped = appended(await journal.append(held, [await stopRequested('bo')], 'bot'))
    expect(await journal.active()).toContain(run)
    appended(await journal.append(stopped, [{ type: 'lease-released', cluster: 'pvfs', epoch: 1 }], 'worker'))
    expect(await journal.active()).not.toContain(run)
  })

  test('the newest runs are listed first', async () => {
    const journal = journalOver(redis.connect('desk'))
    const [a, b] = [await opened(journal), await opened(journal)]
    expect(await journal.list(2)).toEqual([b, a])
  })
})

describe('a reply that is lost on its way', () => {
  test('is asked for again: the entries are there once, and the writer hears of success', async () => {
    const proxy = await startTcpProxy({ address: '127.0.0.1', port: redis.port })
    const link = connectRedis(`redis://127.0.0.1:${proxy.port}`, 'worker')
    try {
      const journal = journalOver(link)
      const record = await started(journal)
      await journal.time()
      // The answer of TIME, at most 33 bytes, still passes; the answer of the script is what breaks the link.
      proxy.cutAfter('down', 33)
      const answer = appended(await journal.append(record, [legStarted(), planned(), gateOpened()], 'worker'))
      expect(proxy.opened()).toBeGreaterThan(1)
      const loaded = await journalOver(redis.connect('desk')).load(record.state.run)
      expect(loaded?.entries).toEqual(answer.entries)
      expect(loaded?.entries).toHaveLength(4)
    } finally {
      await link.close()
      await proxy.close()
    }
  })

  test('and never comes is not called "not accepted": nobody knows', async () => {
    const journal = journalOver(redis.connect('desk'))
    const record = await started(journal)
    const answer = await journalOver(redis.connect('desk'), {
      ...createEntryArchive(folder),
      write: async () => {
        throw new Error('ENOSPC: no space left on device')
      },
    }).append(record, [legStarted()], 'worker')
    expect(answer).toMatchObject({ kind: 'unavailable', problem: { code: 'journal-unsure' } })
    expect((await journal.load(record.state.run))?.entries).toHaveLength(2)
  })
})

describe('the archive', () => {
  test("holds the stream's entries, in order, one a line", async () => {
    const journal = journalOver(redis.connect('desk'))
    const record = await started(journal)
    const last = appended(await journal.append(record, [legStarted(), planned()], 'worker'))
    const { run, number } = record.state
    const text = await readFile(join(runFolder(folder, run, number), 'events.ndjson'), 'utf8')
    expect(text.split('\n').slice(0, -1)).toEqual(last.entries.map(entry => JSON.stringify(entry)))
    expect(text.endsWith('\n')).toBe(true)
  })

  test('makes up for entries whose writer died before it wrote them here', async () => {
    const forgetful = journalOver(redis.connect('desk'), { ...createEntryArchive(folder), write: async () => true })
    const record = await started(forgetful)
    const half = appended(await forgetful.append(record, [legStarted()], 'worker'))
    const last = appended(await journalOver(redis.connect('desk')).append(half, [planned()], 'worker'))
    expect(await readEntries(folder, record.state.run, record.state.number)).toEqual(last.entries)
  })

  test('does not lose an entry behind a line that a crash left torn', async () => {
    const record = await started(journalOver(redis.connect('desk')))
    const { run, number } = record.state
    const file = join(runFolder(folder, run, number), 'events.ndjson')
    const whole = await readFile(file, 'utf8')
    await writeFile(file, whole.slice(0, -20))
    const last = appended(await journalOver(redis.connect('desk')).append(record, [legStarted()], 'worker'))
    expect(await readEntries(folder, run, number)).toEqual(last.entries)
  })

  test('is complete when bot and worker write in turns', async () => {
    const [bot, worker] = [journalOver(redis.connect('desk')), journalOver(redis.connect('worker'))]
    let record = await started(bot)
    record = appended(await worker.append(record, [legStarted(), planned(), gateOpened()], 'worker'))
    record = appended(await bot.append(record, [await decided('bo', 'approve')], 'bot'))
    record = appended(await worker.append(record, [finished()], 'worker'))
    expect(await readEntries(folder, record.state.run, record.state.number)).toEqual(record.entries)
  })
})

describe('a Redis that was rolled back', () => {
  /** What is left when the last entries of a run were lost: an old copy was put back, or a cut file was loaded. */
  async function rolledBack(keep: number): Promise<{ before: RunRecord; now: RunRecord }> {
    const link = redis.connect('desk')
    const record = await started(journalOver(link))
    const before = appended(await journalOver(link).append(record, [legStarted(), planned()], 'worker'))
    const lost = before.entries.slice(keep).map(entry => `${entry.seq}-0`)
    await link.redis.xdel(keys.events(record.state.run), ...lost)
    await link.redis.call('XSETID', keys.events(record.state.run), `${keep}-0`)
    const now = await journalOver(link).load(record.state.run)
    if (!now) throw new Error('nothing is left')
    return { before, now }
  }

  test('gets back from the archive what it forgot, before anybody can act on the old state', async () => {
    const { before, now } = await rolledBack(1)
    expect(now.entries).toHaveLength(1)
    const journal = journalOver(redis.connect('desk'))
    const answer = await journal.append(now, [legStarted()], 'another worker')
    if (answer.kind !== 'conflict') throw new Error(answer.kind)
    expect(answer.record.entries.slice(0, -1)).toEqual(before.entries)
    expect(answer.record.entries.at(-1)).toMatchObject({
      by: 'another worker',
      event: { type: 'restored', entries: 2 },
    })
    expect(answer.record.state.restored).toBe(true)
    expect((await journal.load(now.state.run))?.entries).toEqual(answer.record.entries)
    const next = appended(await journal.append(answer.record, [gateOpened()], 'worker'))
    expect(brokenAt(next.entries)).toBeUndefined()
    expect(await readEntries(folder, now.state.run, now.state.number)).toEqual(next.entries)
  })

  test('is not written to where its archive tells another story', async () => {
    const { now } = await rolledBack(2)
    const { run, number } = now.state
    const file = join(runFolder(folder, run, number), 'events.ndjson')
    const lines = (await readFile(file, 'utf8')).split('\n')
    await writeFile(
      file,
      lines.map(line => line.replace('"by":"worker","prev":"', '"by":"worker","prev":"f00')).join('\n'),
    )
    const journal = journalOver(redis.connect('desk'))
    expect(await journal.append(now, [gateOpened()], 'worker')).toMatchObject({ kind: 'unavailable' })
    expect((await journal.load(run))?.entries).toEqual(now.entries)
  })
})
