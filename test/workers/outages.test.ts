import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/adapters/clock.ts'
import { Leg } from '../../src/workers/job.ts'
import { consumeLegs, type LegConsumer, type LegQueue } from '../../src/workers/queue.ts'
import { eventually, type PrivateRedis, startRedis } from '../support/redis.ts'
import { RUN } from '../support/run-fixtures.ts'
import { openQueue } from './job-keys.ts'

let redis: PrivateRedis
let queue: LegQueue
let consumer: LegConsumer | undefined
let carried: number[]
let carry: (leg: Leg) => Promise<void>

beforeEach(async () => {
  redis = await startRedis()
  queue = openQueue(redis.connect('worker').redis, { time: async () => Date.now() })
  carried = []
  carry = async () => undefined
})
afterEach(async () => {
  await consumer?.close()
  consumer = undefined
  await queue?.close()
  await redis?.close()
})

/** Attempts to connect that failed so far. */
function startConsumer(): () => number {
  const { redis: link } = redis.connect('worker')
  let failed = 0
  link.on('error', () => {
    failed += 1
  })
  consumer = consumeLegs({
    redis: link,
    clock: systemClock,
    concurrency: 1,
    admit: async (_, data) => {
      const { run, leg, try: attempt } = data as Leg
      return Leg.parse({ run, leg, try: attempt })
    },
    carry: async leg => {
      carried.push(leg.try)
      await carry(leg)
    },
    onError: () => undefined,
    timing: { lockMs: 15_000, stalledMs: 500 },
  })
  return () => failed
}

async function isCarried(attempt: number): Promise<void> {
  await eventually(() => (carried.includes(attempt) ? true : undefined), 60_000)
}

describe('a worker whose Redis went away', () => {
  test('is told of jobs again once it is back, however often it had tried in vain', { timeout: 120_000 }, async () => {
    const failed = startConsumer()
    await queue.add({ run: RUN, leg: 1, try: 1 })
    await isCarried(1)
    await redis.kill()
    const before = failed()
    // The pauses between attempts grow to two seconds: this is longer than a blocking read of the queue waits.
    await eventually(() => (failed() >= before + 8 ? true : undefined), 60_000)
    await redis.start()
    await queue.add({ run: RUN, leg: 1, try: 2 })
    await isCarried(2)
    expect(carried).toEqual([1, 2])
  })

  test('carries a leg once that ends while it is away: the queue repeats nothing', { timeout: 120_000 }, async () => {
    startConsumer()
    const away = new AbortController()
    carry = async leg => {
      if (leg.try === 1) await once(away.signal, 'abort')
    }
    await queue.add({ run: RUN, leg: 1, try: 1 })
    await isCarried(1)
    await redis.kill()
    away.abort()
    await redis.start()
    const ended = async () => ((await queue.state({ run: RUN, leg: 1, try: 1 })) === 'ended' ? true : undefined)
    await eventually(ended, 60_000)
    await queue.add({ run: RUN, leg: 1, try: 2 })
    await isCarried(2)
    expect(carried).toEqual([1, 2])
  })
})
