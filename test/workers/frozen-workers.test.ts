import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/adapters/clock.ts'
import { consumeLegs, type LegQueue } from '../../src/workers/queue.ts'
import { eventually, type PrivateRedis, startRedis } from '../support/redis.ts'
import { RUN } from '../support/run-fixtures.ts'
import { openQueue } from './job-keys.ts'

const PROGRAM = fileURLToPath(new URL('./frozen-worker.ts', import.meta.url))

let redis: PrivateRedis
let folder: string
let queue: LegQueue
const workers: ChildProcess[] = []

beforeEach(async () => {
  redis = await startRedis()
  folder = await mkdtemp(join(tmpdir(), 'ha-frozen-'))
  queue = openQueue(redis.connect('worker').redis, { time: async () => Date.now() })
})
afterEach(async () => {
  for (const worker of workers.splice(0)) {
    const exit = once(worker, 'exit')
    worker.kill('SIGKILL')
    await exit
  }
  await queue?.close()
  await redis?.close()
  await rm(folder, { recursive: true, force: true })
})

const diary = () => join(folder, 'diary')

async function written(): Promise<string[]> {
  return (await readFile(diary(), 'utf8').catch(() => '')).split('\n').slice(0, -1)
}

function startWorker(name: string): ChildProcess {
  const env = { ...process.env, REDIS: redis.url, DIARY: diary(), NAME: name }
  const worker = spawn(process.execPath, ['--import', 'tsx', PROGRAM], { env, stdio: 'ignore' })
  workers.push(worker)
  return worker
}

async function until(line: string): Promise<void> {
  await eventually(async () => ((await written()).includes(line) ? true : undefined), 30_000)
}

describe('a worker that stood still', () => {
  test('begins nothing once it goes on: another one has the run by then', async () => {
    const first = startWorker('first')
    await queue.add({ run: RUN, leg: 1, try: 1 })
    await until('first act')
    first.kill('SIGSTOP')
    startWorker('second')
    // What the queue says of a worker that is not heard of; reconcile then makes the next try.
    await eventually(
      async () => ((await queue.state({ run: RUN, leg: 1, try: 1 })) === 'ended' ? true : undefined),
      30_000,
    )
    await queue.add({ run: RUN, leg: 1, try: 2 })
    await until('second act')
    const before = await written()
    first.kill('SIGCONT')
    await until('first lost')
    const since = (await written()).slice(before.length)
    expect(since.filter(line => line === 'first act')).toEqual([])
  }, 90_000)

  test('and whose leg nobody took begins nothing either: it cannot know that', async () => {
    const only = startWorker('only')
    await queue.add({ run: RUN, leg: 1, try: 1 })
    await until('only act')
    only.kill('SIGSTOP')
    const keys = redis.connect('worker').redis
    const lock = `ha:queue:ha-legs:run-${RUN}-leg1-try1:lock`
    await eventually(async () => ((await keys.exists(lock)) === 0 ? true : undefined), 30_000)
    const before = await written()
    only.kill('SIGCONT')
    await until('only lost')
    expect((await written()).slice(before.length).filter(line => line === 'only act')).toEqual([])
  }, 90_000)
})

describe('a worker without its Redis', () => {
  test('hears by itself that it must not act any more, before Redis would give its leg away', async () => {
    const told: string[] = []
    let lost: AbortSignal | undefined
    const done = new AbortController()
    const consumer = consumeLegs({
      redis: redis.connect('worker').redis,
      clock: systemClock,
      concurrency: 1,
      admit: async () => ({ run: RUN, leg: 1, try: 1 }),
      carry: async (_, signal, standing) => {
        lost = signal
        signal.addEventListener('abort', () => told.push(`lost, may act: ${standing.ok()}`))
        await once(done.signal, 'abort')
      },
      onError: () => undefined,
      timing: { lockMs: 2000, stalledMs: 500 },
    })
    try {
      await queue.add({ run: RUN, leg: 1, try: 1 })
      await eventually(() => lost)
      redis.freeze()
      await eventually(() => told[0])
      expect(told).toEqual(['lost, may act: false'])
    } finally {
      redis.resume()
      done.abort()
      await consumer.close()
    }
  }, 60_000)

  test('keeps its leg over a short absence, and renews for as long as it carries', async () => {
    let lost: AbortSignal | undefined
    const done = new AbortController()
    const link = redis.connect('worker').redis
    const consumer = consumeLegs({
      redis: link,
      clock: systemClock,
      concurrency: 1,
      admit: async () => ({ run: RUN, leg: 1, try: 1 }),
      carry: async (_, signal) => {
        lost = signal
        await once(done.signal, 'abort')
      },
      onError: () => undefined,
      timing: { lockMs: 30_000, stalledMs: 500 },
    })
    try {
      await queue.add({ run: RUN, leg: 1, try: 1 })
      await eventually(() => lost)
      await redis.kill()
      await redis.start()
      const lock = `ha:queue:ha-legs:run-${RUN}-leg1-try1:lock`
      // It was renewed since: more is left of it than of one that is as old as this test.
      const left = () => link.pttl(lock)
      const atFirst = await left()
      await eventually(async () => ((await left()) > atFirst ? true : undefined), 30_000)
      expect(lost?.aborted).toBe(false)
    } finally {
      done.abort()
      await consumer.close()
    }
  }, 60_000)
})
