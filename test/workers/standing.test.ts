import { describe, expect, test } from 'vitest'
import { keepLock, LockStanding, momentOf } from '../../src/workers/standing.ts'
import { createFakeClock } from '../support/fake-clock.ts'

const LOCK_MS = 15_000
/** Of the lock, less the margin. */
const VALID_MS = 12_000

function setUp() {
  const clock = createFakeClock()
  const standing = new LockStanding(clock, LOCK_MS, momentOf(clock))
  return { clock, standing }
}

describe('a lock', () => {
  test('stands until a little before Redis would give it away', () => {
    const { clock, standing } = setUp()
    clock.advance(VALID_MS - 1)
    expect(standing.ok()).toBe(true)
    clock.advance(1)
    expect(standing.ok()).toBe(false)
    expect(standing.lost.aborted).toBe(true)
  })

  test('runs from when its renewal was asked for, not from when the answer came', () => {
    const { clock, standing } = setUp()
    clock.advance(3000)
    const asked = momentOf(clock)
    clock.advance(5000)
    standing.renewed(asked)
    expect(standing.leftMs()).toBe(VALID_MS - 5000)
  })

  test('that was over once stays so, whatever answer arrives late', () => {
    const { clock, standing } = setUp()
    clock.advance(VALID_MS)
    standing.renewed(momentOf(clock))
    expect(standing.ok()).toBe(false)
  })

  test('is over after a suspended machine woke up, whose monotonic clock did not count', () => {
    const { clock } = setUp()
    let suspended = 0
    const waking = { ...clock, now: () => clock.now() + suspended }
    const standing = new LockStanding(waking, LOCK_MS, momentOf(waking))
    expect(standing.ok()).toBe(true)
    suspended = VALID_MS
    expect(standing.ok()).toBe(false)
  })
})

describe('keeping a lock', () => {
  test('renews it for as long as it is needed', async () => {
    const { clock, standing } = setUp()
    const done = new AbortController()
    let renewals = 0
    const renew = async () => {
      renewals += 1
      if (renewals === 20) done.abort()
      return true
    }
    await keepLock(standing, inTurns(clock), 3000, renew, done.signal)
    expect(standing.ok()).toBe(true)
    expect(renewals).toBe(20)
  })

  test('ends at once when Redis says that it is not ours', async () => {
    const { clock, standing } = setUp()
    await keepLock(standing, inTurns(clock), 3000, async () => false, new AbortController().signal)
    expect(standing.lost.aborted).toBe(true)
    expect(clock.monotonic()).toBeLessThan(VALID_MS + 3000)
  })

  test('ends by the time when Redis does not answer, or only with errors', async () => {
    for (const renew of [
      () => new Promise<boolean>(() => undefined),
      () => Promise.reject(new Error('ECONNREFUSED')),
    ]) {
      const { clock, standing } = setUp()
      await keepLock(standing, inTurns(clock), 3000, renew, new AbortController().signal)
      expect(standing.lost.aborted).toBe(true)
    }
  })
})

/** Of several that sleep on a virtual clock the one that wakes first goes first. */
function inTurns(clock: ReturnType<typeof createFakeClock>) {
  const asleep: { at: number; wake: () => void }[] = []
  const wakeNext = () => {
    const next = asleep.sort((a, b) => a.at - b.at).shift()
    if (!next) return
    clock.advance(Math.max(0, next.at - clock.monotonic()))
    next.wake()
  }
  return {
    ...clock,
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>(wake => {
        if (signal.aborted) return wake()
        const awake = () => {
          signal.removeEventListener('abort', awake)
          wake()
        }
        signal.addEventListener('abort', awake, { once: true })
        asleep.push({ at: clock.monotonic() + ms, wake: awake })
        setImmediate(wakeNext)
      }),
  }
}
