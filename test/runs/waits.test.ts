import { describe, expect, test } from 'vitest'
import { libraryWith } from '../support/bench-parts.ts'
import { approvedFailover, clear, move } from '../support/failover.ts'
import { createBench } from '../support/run-bench.ts'
import { configured, moved, moving, pvfsStatus, unsettled, withFailure, withLeftover } from '../support/statuses.ts'

const before = pvfsStatus()
const bound = withLeftover(configured(before, '0.58'))
const onTheWay = moving(bound, 'server2', 'node5')

const WAIT_ONLY = `apiVersion: ha/v1
name: rest
version: 1.0.0
stack: pacemaker
summary: Wait until the cluster rests
command: rest
risk: read
steps:
  - id: rested
    wait: cluster.settled
    every: 5s
    timeout: 1m
    stable: 3
`

describe('a wait behind a change', () => {
  test('that runs out of time is unknown, never failed, and keeps the lease', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say(before, onTheWay)
    bench.shell.expect(move())
    const began = bench.clock.monotonic()
    const state = await bench.leg(run, 2)

    expect(state.finished?.outcome).toBe('unknown')
    expect(state.finished?.summary).toContain('"All of it runs there": not so within 5 min')
    expect(bench.clock.monotonic() - began).toBe(5 * 60_000)
    expect(await bench.leases.holder('pvfs')).toMatchObject({ run })
    bench.shell.verify()
  })

  test('says so when the cluster could not be asked at the end', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say(before, 'unreadable')
    bench.shell.expect(move())
    const { finished } = await bench.leg(run, 2)
    expect(finished?.outcome).toBe('unknown')
    expect(finished?.summary).toContain('The cluster could not be asked: No node of pvfs answers.')
    expect(finished?.status).toBeUndefined()
  })

  test('ends early as failed, in the words of the cluster, once it has settled with a new failure of the group', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    const failed = moved(withFailure(bound), 'server2', 'node3')
    bench.status.say(before, onTheWay, unsettled(failed, 'transition under way'), failed)
    bench.shell.expect(move())
    const began = bench.clock.monotonic()
    const state = await bench.leg(run, 2)

    expect(bench.clock.monotonic() - began).toBeLessThan(20_000)
    expect(state.steps['arrived']).toMatchObject({
      outcome: 'failed',
      reason: 'server2_daemon start on node5: "port 3334 in use"',
    })
    expect(state.finished).toMatchObject({
      outcome: 'failed',
      leftBehind: ['constraint cli-prefer-server2 (prefer node5)', 'failure of server2_daemon (start) on node5'],
    })
    expect(state.lease?.released).toBe(true)
    bench.shell.verify()
  })

  test('does not take a failure that was there before, or one of another group, for the answer', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    const others = withFailure(bound, { resource: 'server0_fs', group: 'server0', node: 'node1', task: 'monitor' })
    const there = moved(others, 'server2', 'node5')
    const free = { ...there, leftovers: [] }
    bench.status.say(before, others, others, others, there, there, free)
    bench.shell.expect(move(), clear())
    const state = await bench.leg(run, 2)
    expect(state.steps['arrived']?.outcome).toBe('succeeded')
    expect(state.finished?.outcome).toBe('succeeded')
  })

  test('wants the condition to hold in several readings in a row', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    const there = moved(bound, 'server2', 'node5')
    const free = { ...there, leftovers: [] }
    bench.status.say(before, there, onTheWay, there, 'unreadable', there, there, free)
    bench.shell.expect(move(), clear())
    const reads = bench.status.reads()
    await bench.leg(run, 2)
    // One after the gate, six until it had arrived twice in a row, two until it was clean twice in a row, one at the end.
    expect(bench.status.reads() - reads).toBe(10)
  })
})

describe('a wait with no change before it', () => {
  test('that runs out of time is timed-out', async () => {
    const bench = await createBench({ library: await libraryWith(WAIT_ONLY) })
    bench.status.say(unsettled(before, 'election'))
    const run = await bench.request('rest')
    const { finished } = await bench.leg(run, 1)
    expect(finished?.outcome).toBe('timed-out')
    expect(finished?.summary).toContain('Rest: took too long, nothing was changed')
  })

  test('ends as soon as it has held `stable` times', async () => {
    const bench = await createBench({ library: await libraryWith(WAIT_ONLY) })
    const run = await bench.request('rest')
    const began = bench.clock.monotonic()
    const { finished } = await bench.leg(run, 1)
    expect(finished?.outcome).toBe('succeeded')
    expect(bench.clock.monotonic() - began).toBe(10_000)
  })
})
