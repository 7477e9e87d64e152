import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Leg, LegQueue, LegState } from '../../src/workers/queue.ts'
import { reconcile } from '../../src/workers/reconcile.ts'
import { approvedFailover, move, preview, unmounted } from '../support/failover.ts'
import { type Bench, createBench } from '../support/run-bench.ts'
import { broken } from '../support/scripted-shell.ts'

interface FakeQueue extends LegQueue {
  readonly added: string[]
  set(leg: number, attempt: number, state: LegState): void
}

/** Jobs as BullMQ would keep them; what becomes of them is for the test to say. */
function createQueue(): FakeQueue {
  const jobs = new Map<string, LegState>()
  const added: string[] = []
  const name = (leg: number, attempt: number) => `leg${leg}-try${attempt}`
  return {
    added,
    set: (leg, attempt, state) => jobs.set(name(leg, attempt), state),
    add: async (job: Leg) => {
      added.push(name(job.leg, job.try))
      jobs.set(name(job.leg, job.try), 'waiting')
    },
    state: async job => jobs.get(name(job.leg, job.try)) ?? 'absent',
    waiting: async () => [...jobs].flatMap(([job, state]) => (state === 'waiting' ? [job] : [])),
    close: async () => undefined,
  }
}

function rounds(bench: Bench, queue: LegQueue) {
  return () => reconcile({ journal: bench.journal, queue, name: 'reconcile@test' })
}

describe('reconcile', () => {
  test('asks for the leg that nobody was told of, once', async () => {
    const bench = await createBench()
    const queue = createQueue()
    await bench.request('failover server2')
    const round = rounds(bench, queue)
    await round()
    await round()
    queue.set(1, 1, 'active')
    await round()
    expect(queue.added).toEqual(['leg1-try1'])
  })

  test('makes a new try when one ended and the run still has work', async () => {
    const bench = await createBench()
    const queue = createQueue()
    await bench.request('failover server2')
    queue.set(1, 1, 'ended')
    await rounds(bench, queue)()
    expect(queue.added).toEqual(['leg1-try2'])
  })

  describe('when tries keep ending without a result', () => {
    /** When each try was asked for, in ms since the first one; each ends at once, with the words that `onEnd` has for it. */
    async function triesOf(onEnd: (bench: Bench, run: string, attempt: number) => Promise<void>): Promise<number[]> {
      const bench = await createBench()
      const queue = createQueue()
      const run = await bench.request('failover server2')
      const begunAt = bench.clock.monotonic()
      const at: number[] = []
      const round = rounds(bench, queue)
      for (let i = 0; i < 20_000 && (await bench.state(run)).phase !== 'finished'; i++) {
        await round()
        for (; at.length < queue.added.length; queue.set(1, at.length, 'ended')) {
          at.push(bench.clock.monotonic() - begunAt)
          await onEnd(bench, run, at.length)
        }
        bench.clock.advance(500)
      }
      return at
    }

    const gaps = (times: readonly number[]) => times.slice(1).map((time, i) => time - (times[i] ?? 0))

    test('lets a takeover follow at once, and waits longer each time after that: half a minute at the most', async () => {
      const times = await triesOf(async (bench, run, attempt) => {
        const record = await bench.journal.load(run)
        if (record) await bench.journal.append(record, [{ type: 'leg-started', leg: 1, worker: `w${attempt}` }], 'w')
      })
      expect(times).toHaveLength(20)
      // The second try is asked for by the next round, which comes half a second later here.
      expect(gaps(times)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, ...Array.from({ length: 13 }, () => 30_000)])
      expect(times.at(-1)).toBeGreaterThan(5 * 60_000)
    })

    test('waits as well for a journal that could not be written: what is full may have room again', async () => {
      const times = await triesOf(async () => undefined)
      expect(times).toHaveLength(20)
      expect(times.slice(0, 8)).toEqual([0, 500, 1000, 3000, 7000, 15_000, 31_000, 61_000])
      expect(times.at(-1)).toBeGreaterThan(5 * 60_000)
    })

    test('waits by the time of Redis, not by its own clock', async () => {
      const bench = await createBench()
      const queue = createQueue()
      await bench.request('failover server2')
      for (const attempt of [1, 2, 3, 4]) queue.set(1, attempt, 'ended')
      const round = rounds(bench, queue)
      const now = bench.clock.now()
      bench.journal.time = async () => now + 6999
      bench.clock.advance(3_600_000)
      await round()
      expect(queue.added).toEqual([])
      bench.journal.time = async () => now + 7000
      await round()
      expect(queue.added).toEqual(['leg1-try5'])
    })
  })

  test('counts legs by the gates that were passed', async () => {
    const bench = await createBench()
    const queue = createQueue()
    queue.set(1, 1, 'ended')
    await approvedFailover(bench)
    await rounds(bench, queue)()
    expect(queue.added).toEqual(['leg2-try1'])
  })

  test('leaves a run alone that waits for people', async () => {
    const bench = await createBench()
    const queue = createQueue()
    bench.shell.expect(...unmounted(), preview())
    const run = await bench.request('failover server2')
    const { seq } = await bench.leg(run, 1)
    bench.clock.advance(14 * 60_000)
    await rounds(bench, queue)()
    expect(queue.added).toEqual([])
    expect((await bench.state(run)).seq).toBe(seq)
  })

  test('closes a gate by the time of Redis, not by its own clock', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2020, 0, 1) })
    onTestFinished(() => void vi.useRealTimers())
    const bench = await createBench()
    bench.shell.expect(...unmounted(), preview())
    const run = await bench.request('failover server2')
    await bench.leg(run, 1)
    bench.journal.time = async () => bench.clock.now() + 15 * 60_000
    await rounds(bench, createQueue())()
    expect(await bench.state(run)).toMatchObject({
      finished: { outcome: 'expired' },
      gates: [{ result: 'expired', reason: 'nobody decided in time' }],
    })
  })

  test('ends a run that no worker gets on with, and says where to look', async () => {
    const bench = await createBench()
    const queue = createQueue()
    const run = await bench.request('failover server2')
    for (let attempt = 1; attempt <= 20; attempt++) queue.set(1, attempt, 'ended')
    const round = rounds(bench, queue)
    await round()
    await round()
    const { finished } = await bench.state(run)
    expect(finished).toMatchObject({ outcome: 'errored' })
    expect(finished?.summary).toContain('20 tries to carry this on ended without a result')
    expect(bench.journal.types(run)).toEqual(['requested', 'finished'])
  })

  test('gets a held cluster freed after somebody has looked', async () => {
    const bench = await createBench()
    const queue = createQueue()
    const run = await approvedFailover(bench)
    bench.shell.expect(move(broken('lost', 'the link broke')))
    await bench.leg(run, 2)
    bench.journal.active = async () => [run]
    const round = rounds(bench, queue)
    await round()
    expect(queue.added).toEqual([])
    await bench.say('stop 42 looked', 'bo')
    await round()
    expect(queue.added).toEqual(['leg3-try1'])
  })

  test('does not let one run that cannot be read keep the others waiting, and tells of it', async () => {
    const bench = await createBench()
    const queue = createQueue()
    const bad = await bench.request('failover server2')
    await bench.request('failover server3')
    const { load } = bench.journal
    bench.journal.load = async run => {
      if (run === bad) throw new Error('entry 3 is no JSON')
      return await load(run)
    }
    await expect(rounds(bench, queue)()).rejects.toThrow('entry 3 is no JSON')
    expect(queue.added).toEqual(['leg1-try1'])
  })
})
