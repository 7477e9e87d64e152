import { describe, expect, test } from 'vitest'
import type { Execution } from '../../src/runs/ports.ts'
import { carryLeg } from '../../src/workers/leg-worker.ts'
import { approvedFailover, clear, move, preview, unmounted } from '../support/failover.ts'
import { type Bench, createBench } from '../support/run-bench.ts'
import { broken, exited } from '../support/scripted-shell.ts'
import { configured, moving, pvfsStatus, withLeftover } from '../support/statuses.ts'

const before = pvfsStatus()
const onTheWay = moving(withLeftover(configured(before, '0.58')), 'server2', 'node5')

/** Has Bo stop the run in the very moment before this event is written. */
function stopBefore(bench: Bench, matches: (event: { type: string; step?: string }) => boolean): void {
  bench.journal.beforeAppend = async event => {
    if (!matches(event)) return
    bench.journal.beforeAppend = undefined
    await bench.say('stop 42 wrong cluster', 'bo')
  }
}

describe('a stop', () => {
  test('of a request that has no plan yet ends it; the cluster is not even asked', async () => {
    const bench = await createBench()
    const run = await bench.request('failover server2')
    await bench.say('stop 42', 'bo')
    const state = await bench.leg(run, 1)
    expect(state.finished).toMatchObject({ outcome: 'cancelled', summary: 'stopped by Bo before there was a plan' })
    expect(bench.status.reads()).toBe(0)
  })

  test('that comes while the plan is made is a stop and no refusal', async () => {
    const bench = await createBench()
    stopBefore(bench, event => event.type === 'leg-started')
    const run = await bench.request('failover server2')
    const state = await bench.leg(run, 1)
    expect(state.problems).toEqual([])
    expect(state.finished).toMatchObject({ outcome: 'cancelled', summary: 'stopped by Bo before there was a plan' })
  })

  test('of a run that waits for approval closes its gate at once, without a worker', async () => {
    const bench = await createBench()
    bench.shell.expect(...unmounted(), preview())
    const run = await bench.request('failover server2')
    await bench.leg(run, 1)
    expect(await bench.say('stop 42', 'ana')).toMatchObject({ kind: 'decided', text: '#42 is stopped. Nothing ran.' })
    const state = await bench.state(run)
    expect(state.gates[0]?.result).toBe('cancelled')
    expect(state.finished).toMatchObject({ outcome: 'cancelled' })
    expect(state.finished?.summary).toContain('stopped, nothing was changed')
  })

  test('between the approval and the leg is not lost: nothing is sent', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    await bench.say('stop 42', 'cy')
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.finished).toMatchObject({ outcome: 'cancelled' })
    expect(state.finished?.summary).toContain('stopped by Cy')
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })

  test('right before a change keeps it from being sent', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    stopBefore(bench, event => event.type === 'step-started' && event.step === 'move')
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.steps['move']).toMatchObject({
      outcome: 'cancelled',
      reason: expect.stringContaining('stopped by Bo'),
    })
    expect(state.finished).toMatchObject({ outcome: 'cancelled', leftBehind: [] })
    expect(state.undo).toEqual([])
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })

  test('that is seen while the intention is written reaches the shell as an aborted signal', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    stopBefore(bench, event => event.type === 'execution-started' && event.step === 'move')
    const seen: Execution[] = []
    const unsent = { kind: 'not-sent', code: 'cancelled', reason: 'stopped before it was sent' } as const
    bench.shell.expect(
      move(execution => {
        seen.push(execution)
        return unsent
      }),
    )
    const state = await bench.leg(run, 2)
    expect(seen[0]?.signal.aborted).toBe(true)
    expect(state.finished?.outcome).toBe('cancelled')
    expect(state.undo).toEqual([])
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })

  test('during a change ends it on the node: cancelled once it is verified gone, and what it may have done can be undone', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(
      move(async () => {
        await bench.say('stop 42', 'bo')
        return exited(0)
      }),
    )
    bench.operations.endAs(end => ({ ...end, exitCode: -1, exitSignal: 'SIGTERM', stopped: 'person' }))
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.finished).toMatchObject({ outcome: 'cancelled' })
    expect(state.finished?.summary).toContain('what it did until then is not known')
    expect(state.finished?.summary).not.toContain('nothing was changed')
    expect(state.undo.map(offer => offer.step)).toEqual(['move'])
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })

  test('during a change that cannot be ended leaves it unknown and the lease held', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(
      move(async () => {
        await bench.say('stop 42', 'bo')
        return broken('cancelled', 'it was told to end and is still running on node1')
      }),
    )
    const state = await bench.leg(run, 2)
    expect(state.finished?.outcome).toBe('unknown')
    expect(state.finished?.summary).toContain('still running on node1')
    expect(await bench.leases.holder('pvfs')).toMatchObject({ run })
    bench.shell.verify()
  })

  test('that comes after the worker died in a change still asks its node, and begins nothing there', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(
      move(() => {
        throw new Error('killed before anything was sent')
      }),
    )
    await expect(bench.leg(run, 2)).rejects.toThrow('killed')
    bench.operations.forget()
    await bench.say('stop 42', 'bo')
    const state = await bench.leg(run, 2, 2)
    bench.shell.verify()
    expect(bench.operations.asked).toEqual(['begin node1', 'settle node1'])
    expect(state.steps['move']).toMatchObject({ outcome: 'cancelled' })
    expect(state.finished).toMatchObject({ outcome: 'cancelled' })
    expect(state.finished?.summary).toContain('nothing was changed')
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })

  test('during the wait behind a change leaves it unknown, says who stopped it, and sends nothing more', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say(before, onTheWay)
    bench.shell.expect(move())
    stopBefore(bench, event => event.type === 'step-progress')
    const state = await bench.leg(run, 2)
    expect(state.steps['arrived']).toMatchObject({ outcome: 'unknown', reason: 'stopped by Bo while waiting' })
    expect(state.finished).toMatchObject({ outcome: 'unknown' })
    bench.shell.verify()
  })

  test('between two changes is cancelled: what was done is known, and what stays behind is told', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move())
    stopBefore(bench, event => event.type === 'step-finished' && event.step === 'arrived')
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.finished).toMatchObject({ outcome: 'cancelled' })
    expect(state.finished?.summary).not.toContain('nothing was changed')
    expect(state.undo.map(offer => offer.step)).toEqual(['move'])
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })

  test('of a run that is over is refused', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move(), clear())
    await bench.leg(run, 2)
    expect(await bench.say('stop 42', 'bo')).toMatchObject({ kind: 'refused', problems: [{ code: 'already-over' }] })
  })

  test('a second one is told that the first one counts', async () => {
    const bench = await createBench()
    await bench.request('failover server2')
    await bench.say('stop 42', 'bo')
    expect(await bench.say('stop 42', 'cy')).toMatchObject({
      kind: 'refused',
      problems: [{ code: 'already-stopping', message: '#42 was already told to stop by Bo.' }],
    })
  })

  test('by somebody who may not run such things is refused, and the run goes on', async () => {
    const bench = await createBench()
    await bench.request('failover server2')
    expect(await bench.say('stop 42', 'dee')).toMatchObject({ kind: 'refused', problems: [{ code: 'not-in-team' }] })
  })
})

describe('a worker that shuts down', () => {
  test('leaves a change to go on: its result is fetched by the next worker, which does the rest', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    const leaving = new AbortController()
    bench.shell.expect(
      move(async () => {
        leaving.abort()
        return exited(0)
      }),
    )
    const left = await bench.leg(run, 2, 1, leaving.signal)
    expect(left.phase).toBe('running')
    expect(left.steps['move']?.executions).toMatchObject([{ host: 'node1' }])
    expect(left.steps['move']?.executions[0]?.outcome).toBeUndefined()
    expect(left.finished).toBeUndefined()

    bench.shell.expect(clear())
    const state = await bench.leg(run, 2, 2)
    expect(state.finished?.outcome).toBe('succeeded')
    bench.shell.verify()
  })

  test('while an intention is being written sends nothing: the next worker does', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    const leaving = new AbortController()
    bench.journal.beforeAppend = event => {
      if (event.type === 'execution-started') leaving.abort()
    }
    const left = await bench.leg(run, 2, 1, leaving.signal)
    bench.shell.verify()
    expect(left.steps['move']?.executions).toMatchObject([{ host: 'node1' }])

    bench.journal.beforeAppend = undefined
    bench.shell.expect(move(), clear())
    expect((await bench.leg(run, 2, 2)).finished?.outcome).toBe('succeeded')
    expect(bench.operations.asked[0]).toBe('continue node1')
    bench.shell.verify()
  })

  test('that stood still for too long begins nothing more', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    let stoodStill = false
    bench.journal.beforeAppend = event => {
      if (event.type === 'execution-started') stoodStill = true
    }
    await carryLeg(
      bench.worker,
      { run, leg: 2, try: 1 },
      { abort: new AbortController().signal, mayAct: () => !stoodStill },
    )
    bench.shell.verify()
    expect(bench.operations.asked).toEqual([])
    expect((await bench.state(run)).phase).toBe('running')
  })
})
