import { describe, expect, test } from 'vitest'
import type { ClusterStatus } from '../../src/clusters/status.ts'
import { approvedFailover } from '../support/failover.ts'
import { createBench } from '../support/run-bench.ts'
import { configured, moved, offline, pvfsStatus, unsettled, withFailure } from '../support/statuses.ts'

const before = pvfsStatus()

describe('what was approved no longer holds', () => {
  test.each<[string, ClusterStatus, string]>([
    ['the group has moved', moved(before, 'server2', 'node4'), 'server2 was on node3 and is now on node4'],
    ['another group has moved', moved(before, 'server0', 'node2'), 'server0 was on node1 and is now on node2'],
    ['a node has gone', offline(before, 'node5'), 'node5 is no longer online'],
    ['quorum is lost', { ...before, quorate: false }, 'quorum is lost'],
    ['the configuration changed', configured(before, '0.58'), "the cluster's configuration changed from 0.57 to 0.58"],
  ])('%s: it is refused, nothing is sent, and it says what changed', async (_, now, change) => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say(now)
    const state = await bench.leg(run, 2)

    bench.shell.verify()
    expect(state.finished?.outcome).toBe('refused')
    expect(state.finished?.summary).toContain(change)
    expect(state.finished?.summary).toContain('not carried out, nothing was changed')
    expect(state.finished?.next).toEqual(['ask again: /ha failover server2 to node5 on pvfs'])
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })

  test('a node that came back counts as a change too', async () => {
    const bench = await createBench()
    bench.status.say(offline(before, 'node2'))
    const run = await approvedFailover(bench, [1, 3, 4, 5])
    bench.status.say(before)
    const state = await bench.leg(run, 2)
    expect(state.finished?.outcome).toBe('refused')
    expect(state.finished?.summary).toContain('node2 has come online')
    bench.shell.verify()
  })

  test('a check that no longer holds ends it before anything is sent', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say(unsettled(before, 'an election is under way'))
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('failed')
    expect(state.finished?.summary).toContain('"Nothing is under way in the cluster", repeated after the approval')
    expect(state.again['settled']).toMatchObject({ outcome: 'failed' })
    expect(state.steps['settled']).toMatchObject({ outcome: 'succeeded' })
  })

  test('a failure that came up meanwhile is caught by the same check', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say(withFailure(before))
    const state = await bench.leg(run, 2)
    expect(state.again['sound']).toMatchObject({ outcome: 'failed' })
    bench.shell.verify()
  })

  test('a cluster that cannot be asked is errored, not refused, and gives the lease back', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say('unreadable')
    const state = await bench.leg(run, 2)
    expect(state.finished).toMatchObject({ outcome: 'errored' })
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
    bench.shell.verify()
  })
})

describe('the lease', () => {
  test('held by another run refuses this one, names the holder, and stays with it', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    const holder = { run: '01JD0000000000000000000041', number: 41 }
    await bench.leases.take('pvfs', holder, Date.UTC(2026, 10, 21, 13, 59))
    const state = await bench.leg(run, 2)

    expect(state.finished?.outcome).toBe('refused')
    expect(state.finished?.summary).toContain('pvfs is held by #41 since 2026-11-21T13:59:00Z; see /ha show 41')
    expect(await bench.leases.holder('pvfs')).toMatchObject(holder)
    bench.shell.verify()
  })
})
