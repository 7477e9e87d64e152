import { once } from 'node:events'
import { expect, test } from 'vitest'
import { keepLock, LockStanding, momentOf } from '../../src/workers/standing.ts'
import { createFakeClock } from '../support/fake-clock.ts'

test('a renewal that was answered late, as by one that stood still meanwhile, counts from when it was asked for', async () => {
  const clock = createFakeClock()
  const standing = new LockStanding(clock, 15_000, momentOf(clock))
  const done = new AbortController()
  const everyMs = 3_000
  let renewals = 0
  const renew = async (): Promise<boolean> => {
    renewals += 1
    clock.advance(5_000)
    return true
  }
  // The pause before the first renewal passes; whoever sleeps after it does so until the end.
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    if (ms === everyMs && renewals === 0) return clock.advance(ms)
    if (renewals > 0) setImmediate(() => done.abort())
    if (!signal.aborted) await once(signal, 'abort')
  }
  await keepLock(standing, { ...clock, sleep }, everyMs, renew, done.signal)
  expect(renewals).toBe(1)
  expect(standing.leftMs()).toBe(12_000 - 5_000)
})
