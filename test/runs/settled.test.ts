import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/runs/events.ts'
import { approvedFailover, clear, move } from '../support/failover.ts'
import { type Bench, createBench } from '../support/run-bench.ts'
import { exited } from '../support/scripted-shell.ts'
import { configured, moved, pvfsStatus } from '../support/statuses.ts'

/** The worker dies when it is about to write that the move has ended; its node forgets everything, as when its disk was replaced. */
async function diedBehindTheMove(bench: Bench, run: string): Promise<void> {
  bench.journal.beforeAppend = (event: RunEvent) => {
    if (event.type === 'step-finished' && event.step === 'move') throw new Error('killed')
  }
  await bench.leg(run, 2).catch(() => undefined)
  bench.journal.beforeAppend = undefined
  bench.operations.forget()
}

const moves = (bench: Bench): number => bench.shell.sent.filter(sent => sent.includes('--move')).length

describe('a change whose result is in the journal', () => {
  test('is not asked of its node again when it succeeded, let alone sent: the node need not remember it', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move())
    await diedBehindTheMove(bench, run)
    const asked = bench.operations.asked.length
    const free = configured(moved(pvfsStatus(), 'server2', 'node5'), '0.59')
    bench.status.say(free, free, free, free)
    bench.shell.expect(clear())
    const state = await bench.leg(run, 2, 2)
    expect(moves(bench)).toBe(1)
    expect(bench.operations.asked.slice(asked)).toEqual(['begin node1'])
    expect(state.steps['move']?.outcome).toBe('succeeded')
  })

  test('ends the run when it had failed, and is not tried once more', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move(exited(1, '', 'No such resource\n')))
    await diedBehindTheMove(bench, run)
    const asked = bench.operations.asked.length
    const state = await bench.leg(run, 2, 2)
    expect(moves(bench)).toBe(1)
    expect(bench.operations.asked).toHaveLength(asked)
    expect(state.finished?.outcome).toBe('failed')
  })
})

describe('an intention', () => {
  test('that the journal does not take is not carried out', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.journal.afterAppend = event => {
      if (event.type === 'step-started' && event.step === 'move' && !event.again) bench.journal.away = true
    }
    const state = await bench.leg(run, 2)
    expect(bench.journal.away).toBe(true)
    expect(moves(bench)).toBe(0)
    expect(bench.operations.asked).toEqual([])
    expect(state.steps['move']?.executions).toEqual([])
  })
})
