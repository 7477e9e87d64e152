import { expect, test } from 'vitest'
import { createLanes } from '../../../src/adapters/slack/posts/lanes.ts'
import type { Clock } from '../../../src/runs/ports.ts'

/** Time that passes only by sleeping, so that a wait costs nothing and is exact. */
function sleepingClock(): Clock & { readonly slept: number[] } {
  let now = 0
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    monotonic: () => now,
    async sleep(ms) {
      slept.push(ms)
      now += ms
    },
  }
}

const PACE = { burst: 2, everyMs: 1_000 }
const NEVER = new AbortController().signal

test('a burst goes at once, the rest one by one', async () => {
  const clock = sleepingClock()
  const lanes = createLanes(clock)
  await Promise.all([1, 2, 3, 4].map(() => lanes.turn('edit', PACE, 'soon', NEVER)))
  expect(clock.slept).toEqual([1_000, 1_000])
})

test('what is urgent overtakes what waits', async () => {
  const lanes = createLanes(sleepingClock())
  const order: string[] = []
  const turn = async (name: string, urgency: 'first' | 'soon') => {
    await lanes.turn('edit', PACE, urgency, NEVER)
    order.push(name)
  }
  await Promise.all([turn('a', 'soon'), turn('b', 'soon'), turn('progress', 'soon'), turn('decision', 'first')])
  expect(order).toEqual(['a', 'b', 'decision', 'progress'])
})

test('a lane is silent as long as Slack asks for it, other lanes are not', async () => {
  const clock = sleepingClock()
  const lanes = createLanes(clock)
  await lanes.turn('edit', PACE, 'soon', NEVER)
  lanes.hold('edit', 7_000)
  await lanes.turn('post C0HA', PACE, 'soon', NEVER)
  expect(clock.now()).toBe(0)
  await lanes.turn('edit', PACE, 'first', NEVER)
  expect(clock.now()).toBe(7_000)
})

test('nobody is kept waiting by a lane that is closed', async () => {
  const lanes = createLanes(sleepingClock())
  await lanes.turn('edit', { burst: 1, everyMs: 1e9 }, 'soon', NEVER)
  await lanes.turn('edit', { burst: 1, everyMs: 1e9 }, 'soon', AbortSignal.abort())
})
