import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../src/adapters/clock.ts'
import { followNews } from '../../src/workers/news.ts'
import type { Leg, LegState } from '../../src/workers/queue.ts'
import { reconcileNews } from '../../src/workers/reconcile.ts'
import { eventually, type PrivateRedis, startRedis } from '../support/redis.ts'
import { legStarted } from '../support/run-fixtures.ts'
import { createPart, lifeOfARun, lived, living } from './recovering.ts'

let redis: PrivateRedis
let folder: string
beforeEach(async () => {
  redis = await startRedis()
  folder = await mkdtemp(join(tmpdir(), 'ha-news-'))
})
afterEach(async () => {
  await redis?.close()
  await rm(folder, { recursive: true, force: true })
})

test('what a terminal wrote is found by the worker without a nudge, and each leg is asked for once', async () => {
  const terminal = createPart(redis, folder)
  const { journal } = createPart(redis, folder)
  const added: Leg[] = []
  const queue = {
    add: async (leg: Leg) => void added.push(leg),
    state: async (leg: Leg): Promise<LegState> => (added.some(one => same(one, leg)) ? 'waiting' : 'absent'),
    waiting: async () => [],
    close: async () => undefined,
  }
  const ending = new AbortController()
  const errors: unknown[] = []
  const look = (run: string) => reconcileNews({ journal, queue, name: 'reconcile@test' }, run)
  const parts = { journal, clock: systemClock, look, onError: (error: unknown) => errors.push(error) }
  const following = followNews(parts, ending.signal)
  // It follows from the moment it first asks: knock until it hears.
  const life = await lifeOfARun()
  await eventually(async () => {
    await lived(terminal, life.slice(0, 1))
    return added[0]
  })
  const waiting = await lived(terminal, life.slice(0, 4))
  const { run } = waiting.state
  await eventually(() => added.find(leg => leg.run === run))
  await living(terminal, waiting, life.slice(4, 6))
  await eventually(() => added.find(leg => leg.run === run && leg.leg === 2))
  ending.abort()
  await following
  expect(errors).toEqual([])
  expect(new Set(added.map(leg => JSON.stringify(leg))).size).toBe(added.length)
})

test('one run that cannot be looked at does not end the following', async () => {
  const part = createPart(redis, folder)
  const ending = new AbortController()
  const seen: string[] = []
  const errors: unknown[] = []
  const look = async (run: string) => {
    seen.push(run)
    throw new Error('entry 3 is no JSON')
  }
  const following = followNews(
    { journal: part.journal, clock: systemClock, look, onError: error => errors.push(error) },
    ending.signal,
  )
  let record = await lived(part, (await lifeOfARun()).slice(0, 1))
  await eventually(async () => {
    record = await living(part, record, [legStarted()])
    return seen.length > 2 ? true : undefined
  })
  ending.abort()
  await following
  expect(errors.length).toBe(seen.length)
})

function same(a: Leg, b: Leg): boolean {
  return a.run === b.run && a.leg === b.leg && a.try === b.try
}
