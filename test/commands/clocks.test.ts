import { describe, expect, test } from 'vitest'
import { createDesk } from '../../src/commands/dispatch.ts'
import type { LegQueue } from '../../src/workers/queue.ts'
import { reconcile } from '../../src/workers/reconcile.ts'
import { attest, speaker } from '../support/bench-parts.ts'
import { preview, unmounted } from '../support/failover.ts'
import { type Bench, createBench } from '../support/run-bench.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** A run that waits for approval for a quarter of an hour by the time of Redis. */
async function waiting(bench: Bench): Promise<string> {
  bench.shell.expect(...unmounted(), preview())
  const run = await bench.request('failover server2')
  await bench.leg(run, 1)
  return run
}

/** The bot and the workers have another time than Redis from now on. */
function offBy(bench: Bench, ms: number): { passed: (ms: number) => void } {
  let redisNow = bench.clock.now()
  bench.journal.time = async () => redisNow
  bench.clock.advance(ms)
  return {
    passed: more => {
      redisNow += more
    },
  }
}

async function approve(bench: Bench, run: string) {
  const desk = createDesk({ ...bench.desking, now: bench.clock.now })
  const said = {
    decision: 'approve',
    reason: '',
    confirm: '',
    speaker: speaker('bo'),
    teams: async () => true,
  } as const
  return await desk.decide({ gate: { run }, ...said, attest })
}

async function round(bench: Bench): Promise<void> {
  const queue: LegQueue = {
    add: async () => undefined,
    state: async () => 'absent',
    waiting: async () => [],
    close: async () => undefined,
  }
  await reconcile({ journal: bench.journal, queue, name: 'reconcile@test' })
}

describe('a clock that is two hours ahead of Redis', () => {
  test('does not end an approval early', async () => {
    const bench = await createBench()
    const run = await waiting(bench)
    const time = offBy(bench, 2 * HOUR_MS)
    time.passed(14 * MINUTE_MS)
    await round(bench)
    expect((await bench.state(run)).phase).toBe('waiting')
    expect(await approve(bench, run)).toMatchObject({ kind: 'decided' })
    expect((await bench.state(run)).gates.at(-1)?.result).toBe('approved')
  })

  test('does not let one through that came too late', async () => {
    const bench = await createBench()
    const run = await waiting(bench)
    const time = offBy(bench, 2 * HOUR_MS)
    time.passed(15 * MINUTE_MS)
    expect(await approve(bench, run)).toMatchObject({ kind: 'refused', problems: [{ code: 'expired' }] })
    await round(bench)
    expect((await bench.state(run)).finished?.outcome).toBe('expired')
  })
})
