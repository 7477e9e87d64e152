import { expect, test } from 'vitest'
import { createWatchdog } from '../../src/workers/watchdog.ts'
import { createFakeClock } from '../support/fake-clock.ts'

function setUp() {
  const clock = createFakeClock()
  const world = { waiting: async (): Promise<readonly string[]> => [], free: 1 }
  const deafTo: string[] = []
  const look = createWatchdog({
    queue: { waiting: () => world.waiting() },
    consumer: { free: () => world.free },
    clock,
    limitMs: 20_000,
    onDeaf: id => deafTo.push(id),
  })
  const looks = async (count: number, everyMs = 2000) => {
    for (let i = 0; i < count; i++) {
      clock.advance(everyMs)
      await look()
    }
  }
  return { world, deafTo, looks }
}

test('a worker that is not told of a waiting job while it has hands free is deaf', async () => {
  const { world, deafTo, looks } = setUp()
  world.waiting = async () => ['one']
  await looks(10)
  expect(deafTo).toEqual([])
  await looks(1)
  expect(deafTo).toEqual(['one'])
})

test('one that has its hands full, or whose jobs come and go, is not', async () => {
  const { world, deafTo, looks } = setUp()
  world.waiting = async () => ['one']
  world.free = 0
  await looks(30)
  world.free = 1
  let jobs = 0
  world.waiting = async () => [`job ${Math.floor(jobs++ / 5)}`]
  await looks(30)
  expect(deafTo).toEqual([])
})

test('time in which Redis was away, or it stood still itself, does not count', async () => {
  const { world, deafTo, looks } = setUp()
  world.waiting = async () => ['one']
  await looks(9)
  world.waiting = () => Promise.reject(new Error('ECONNREFUSED'))
  await looks(9)
  world.waiting = async () => ['one']
  await looks(1)
  await looks(1, 3_600_000)
  expect(deafTo).toEqual([])
})
