import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEntryArchive, readEntries } from '../../../src/adapters/archive/entries.ts'
import { createJournal } from '../../../src/adapters/redis/journal.ts'
import { keys } from '../../../src/adapters/redis/keys.ts'
import { continueChain } from '../../../src/runs/chain.ts'
import type { Appended, Journal } from '../../../src/runs/journal.ts'
import type { RunRecord } from '../../../src/runs/state.ts'
import { ulid } from '../../../src/runs/ulid.ts'
import { type PrivateRedis, startRedis } from '../../support/redis.ts'
import { legStarted, planned, requested } from '../../support/run-fixtures.ts'

let redis: PrivateRedis
let folder: string
beforeAll(async () => {
  redis = await startRedis()
  folder = await mkdtemp(join(tmpdir(), 'ha-rewritten-'))
})
afterAll(async () => {
  await redis?.close()
  await rm(folder, { recursive: true, force: true })
})

function journal(): Journal {
  const { redis: client } = redis.connect('desk')
  const newRun = (): string => ulid(Date.now(), Buffer.alloc(10, 7))
  return createJournal({ redis: client, where: 'here', archive: createEntryArchive(folder), newRun })
}

function record(answer: Appended): RunRecord {
  if (answer.kind !== 'appended') throw new Error(JSON.stringify(answer))
  return answer.record
}

describe('a journal that somebody wrote anew', () => {
  test('is not continued from what was read before: it tells another story now', async () => {
    const opened = await journal().open('delivery')
    if (!opened.ok) throw new Error(opened.problems[0]?.message)
    const first = record(await journal().append(opened.value, [await requested()], 'bot@test'))
    const read = record(await journal().append(first, [legStarted(1, 'worker@test:1')], 'worker@test:1'))
    const { run, number } = opened.value
    const [request] = first.entries
    const head = { run, number, seq: 1, hash: request?.hash ?? '', at: request?.at ?? 0 }
    const [other] = continueChain(head, [legStarted(1, 'somebody else')], head.at, 'somebody else')
    const { redis: client } = redis.connect('desk')
    await client.xdel(keys.events(run), '2-0')
    await client.call('XSETID', keys.events(run), '1-0')
    await client.xadd(keys.events(run), '2-0', 'e', JSON.stringify(other))

    const answer = await journal().append(read, [planned()], 'worker@test:1')
    expect(answer).toMatchObject({
      kind: 'unavailable',
      problem: { message: expect.stringContaining('entry 2 in the archive is another one than in Redis') },
    })
    expect((await journal().load(run))?.entries).toEqual([request, other])
    expect(await readEntries(folder, run, number)).toEqual(read.entries)
  })
})
