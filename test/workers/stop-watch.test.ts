import { afterEach, beforeEach, expect, test } from 'vitest'
import { createJournal } from '../../src/adapters/redis/journal.ts'
import type { RunRecord } from '../../src/runs/state.ts'
import { ulid } from '../../src/runs/ulid.ts'
import { createStopWatch } from '../../src/workers/stop-watch.ts'
import { eventually, type PrivateRedis, startRedis } from '../support/redis.ts'
import { legStarted, requested, stopRequested } from '../support/run-fixtures.ts'

let redis: PrivateRedis
const ending = new AbortController()
beforeEach(async () => {
  redis = await startRedis()
})
afterEach(async () => {
  ending.abort()
  await redis?.close()
})

test('a stop is told to the leg of its run, once, and to no other', async () => {
  let made = 0
  const journal = createJournal({
    redis: redis.connect('worker').redis,
    where: redis.url,
    archive: { write: async () => true, beyond: async () => [], read: async () => [], highestNumber: async () => 0 },
    newRun: () => ulid(Date.now(), Buffer.alloc(10, made++)),
  })
  const started = async (dedupe: string): Promise<RunRecord> => {
    const opened = await journal.open(dedupe)
    if (!opened.ok) throw new Error('not opened')
    return written(await journal.append(opened.value, [await requested()], 'bot'))
  }
  let [mine, other] = [await started('one'), await started('two')]
  const told: string[] = []
  const stops = createStopWatch(journal, ending.signal, () => undefined)
  stops.watch(mine.state.run, by => told.push(`mine: ${by}`))
  stops.watch(other.state.run, by => told.push(`other: ${by}`))
  const unwatch = stops.watch('gone', by => told.push(`gone: ${by}`))
  unwatch()

  // It follows from the moment it first asks: every word of this run makes it look again.
  mine = written(await journal.append(mine, [await stopRequested('bo')], 'bot'))
  await eventually(async () => {
    mine = written(await journal.append(mine, [legStarted(mine.entries.length)], 'worker'))
    return told[0]
  })
  other = written(await journal.append(other, [await stopRequested('cy')], 'bot'))
  await eventually(() => told[1])
  expect(told).toEqual(['mine: Bo', 'other: Cy'])
})

function written(answer: { kind: string; record?: RunRecord }): RunRecord {
  if (answer.kind !== 'appended' || !answer.record) throw new Error(answer.kind)
  return answer.record
}
