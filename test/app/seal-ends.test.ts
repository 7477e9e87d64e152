import { expect, test } from 'vitest'
import { sealEnds } from '../../src/app/seal-ends.ts'
import type { Opened } from '../../src/runs/journal.ts'
import { eventually } from '../support/redis.ts'

/** Sleeps last until somebody wakes them, or the end. */
function createAlarm() {
  const asleep = new Set<() => void>()
  return {
    wake: () => {
      for (const wake of asleep) wake()
      asleep.clear()
    },
    sleep: (_: number, signal: AbortSignal) =>
      new Promise<void>(resolve => {
        if (signal.aborted) return resolve()
        asleep.add(resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
      }),
  }
}

interface Around {
  readonly list: () => Promise<readonly Opened[]>
  readonly news?: readonly string[]
  readonly seal: (run: string) => Promise<boolean>
}

function start({ list, news = [], seal }: Around) {
  const leaving = new AbortController()
  const clock = createAlarm()
  const failed: string[] = []
  const ended = sealEnds({
    journal: {
      list,
      async *follow(signal) {
        yield* news
        await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
      },
    },
    seal,
    signal: leaving.signal,
    onError: (error, run) => failed.push(`${run}: ${String(error)}`),
    clock,
  })
  return { clock, failed, ended, leave: () => leaving.abort() }
}

test('runs that ended while no worker was there are sealed at the start, the others as they change, and one that fails stops nothing', async () => {
  const sealed = new Set<string>()
  const { ended, leave, failed } = start({
    list: async () => [
      { run: 'b', number: 2 },
      { run: 'a', number: 1 },
    ],
    news: ['bad', 'c'],
    seal: async run => {
      if (run === 'bad') throw new Error('disk full')
      sealed.add(run)
      return true
    },
  })
  await eventually(() => (sealed.size === 3 && failed.length > 0 ? true : undefined))
  leave()
  await ended
  expect([...sealed].sort()).toEqual(['a', 'b', 'c'])
  expect(new Set(failed)).toEqual(new Set(['bad: Error: disk full']))
})

test('what could not be sealed is tried again until it can be, and then no more', async () => {
  const answers = [() => Promise.reject(new Error('disk full')), async () => false, async () => true]
  const tries: string[] = []
  const { clock, ended, leave, failed } = start({
    list: async () => [],
    news: ['a'],
    seal: async run => {
      tries.push(run)
      return (await answers.shift()?.()) ?? true
    },
  })
  const again = async (count: number) =>
    await eventually(() => {
      clock.wake()
      return tries.length >= count ? true : undefined
    })
  await again(3)
  const asked = tries.length
  for (let i = 0; i < 20; i++) {
    clock.wake()
    await new Promise(resolve => setImmediate(resolve))
  }
  leave()
  await ended
  expect(tries.slice(0, 3)).toEqual(['a', 'a', 'a'])
  expect(tries).toHaveLength(asked)
  expect(failed).toEqual(['a: Error: disk full'])
})

test('a journal that cannot be asked at the start is asked again: what a crash left is not forgotten over that', async () => {
  let asked = 0
  const sealed: string[] = []
  const { clock, ended, leave } = start({
    list: async () => {
      asked += 1
      if (asked === 1) throw new Error('Redis is away')
      return [{ run: 'a', number: 1 }]
    },
    seal: async run => sealed.push(run) > 0,
  })
  await eventually(() => {
    clock.wake()
    return sealed.length > 0 ? true : undefined
  })
  leave()
  await ended
  expect(sealed).toEqual(['a'])
})

test('a seal that was begun is finished before the worker has left', async () => {
  let finish = () => {}
  const steps: string[] = []
  const { ended, leave } = start({
    list: async () => [],
    news: ['a'],
    seal: async () => {
      steps.push('begun')
      await new Promise<void>(resolve => {
        finish = resolve
      })
      steps.push('sealed')
      return true
    },
  })
  await eventually(() => (steps.length > 0 ? true : undefined))
  leave()
  finish()
  await ended
  expect(steps).toEqual(['begun', 'sealed'])
})
