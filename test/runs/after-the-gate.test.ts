import { describe, expect, test } from 'vitest'
import type { ClusterStatus } from '../../src/clusters/status.ts'
import { wantedLeg } from '../../src/runs/legs.ts'
import { approvedFailover, clear, move, preview, unmounted } from '../support/failover.ts'
import { createBench } from '../support/run-bench.ts'
import { exited } from '../support/scripted-shell.ts'
import { configured, moved, offline, pvfsStatus, unsettled, withFailure, withLeftover } from '../support/statuses.ts'

const before = pvfsStatus()

describe('what was approved no longer holds', () => {
  test.each<[string, ClusterStatus, string]>([
    ['a node has gone', offline(before, 'node4'), 'node4 is no longer online'],
    ['the configuration changed', configured(before, '0.58'), "the cluster's configuration changed from 0.57 to 0.58"],
    ['the group has moved', moved(before, 'server2', 'node4'), 'server2 was on node3 and is now on node4'],
  ])(
    '%s: nothing is sent, the approval is void, and a new plan waits and shows what changed',
    async (_, now, change) => {
      const bench = await createBench()
      const run = await approvedFailover(bench)
      bench.status.say(now)
      const online = Object.values(now.nodes).filter(node => node.online)
      bench.shell.expect(...unmounted(online.map(node => Number(node.name.slice(-1)))), preview())
      const state = await bench.leg(run, 2)

      bench.shell.verify()
      expect(bench.shell.sent.filter(sent => sent.includes('--move --resource "$group" --node "$node"'))).toEqual([])
      expect(state.phase).toBe('waiting')
      expect(state.drift).toContain(change)
      expect(state.gates.map(gate => gate.result)).toEqual(['void', undefined])
      expect(new Set(state.gates.map(gate => gate.digest)).size).toBe(2)
      expect(new Set(state.gates.map(gate => gate.token)).size).toBe(2)
      expect(await bench.leases.holder('pvfs')).toBeUndefined()
    },
  )

  test('the new plan is carried out once somebody approves that', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    const now = configured(before, '0.58')
    bench.status.say(now)
    bench.shell.expect(...unmounted(), preview())
    await bench.leg(run, 2)
    expect(await bench.decide(run, 'bo')).toMatchObject({ kind: 'decided' })
    const there = moved(withLeftover(configured(before, '0.59')), 'server2', 'node5')
    bench.status.say(now, there, there, { ...there, leftovers: [] })
    bench.shell.expect(move(), clear())
    const state = await bench.leg(run, wantedLeg(await bench.state(run)))
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('succeeded')
    expect(state.drift).toEqual([])
  })

  test('what was read for the first plan keeps its output: the new plan stores its own beside it', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say(configured(before, '0.58'))
    bench.shell.expect(...unmounted(), preview(exited(0, 'second\n')))
    const state = await bench.leg(run, 2)
    expect(state.steps['preview']?.executions).toMatchObject([
      { attempt: 2, stdout: { file: 'output/preview.node1.2.out' } },
    ])
    const first = await bench.outputs.read(run, 42, 'output/preview.node1.out', 100)
    expect(first.bytes.toString()).toContain('Transition Summary')
    bench.shell.verify()
  })

  test('a new plan that makes no sense is refused: the group is already there', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench, undefined, 'failover server2 to node5')
    bench.status.say(moved(before, 'server2', 'node5'))
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.phase).toBe('finished')
    expect(state.problems[0]?.message).toContain('server2 already runs on node5')
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })

  test('quorum that is lost ends the new plan at its first check', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say({ ...before, quorate: false })
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.drift).toEqual(['quorum is lost'])
    expect(state.finished?.outcome).toBe('failed')
    expect(state.finished?.summary).toContain('nothing was changed')
  })

  test('a node that came back counts as a change too', async () => {
    const bench = await createBench()
    bench.status.say(offline(before, 'node2'))
    const run = await approvedFailover(bench, [1, 3, 4, 5])
    bench.status.say(before)
    bench.shell.expect(...unmounted(), preview())
    const state = await bench.leg(run, 2)
    expect(state.drift).toEqual(['node2 has come online'])
    bench.shell.verify()
  })

  test('what has no consequence for the plan does not: another group on other nodes may move', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench, undefined, 'failover server2 to node5')
    const now = moved(before, 'server0', 'node2')
    const there = moved(withLeftover(now), 'server2', 'node5')
    bench.status.say(now, there, there, { ...there, leftovers: [] })
    bench.shell.expect(move(), clear())
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('succeeded')
  })

  test('a better target than the one that was chosen does', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say(moved(before, 'server0', 'node2'))
    bench.shell.expect(...unmounted(), { ...preview(), node: 'node2' })
    const state = await bench.leg(run, 2)
    expect(state.drift).toEqual(['node was node5 and would now be node1'])
    expect(state.plan?.title).toBe('Failover server2 · node3 → node1')
    bench.shell.verify()
  })

  test('a group that has come to the target does', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench, undefined, 'failover server2 to node5')
    bench.status.say(moved(before, 'server0', 'node5'))
    bench.shell.expect(...unmounted(), preview())
    const state = await bench.leg(run, 2)
    expect(state.drift).toEqual(['server0 was on node1 and is now on node5'])
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

  test('a failure that came up meanwhile is no ground to go on, nor to plan anew', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say(withFailure(before))
    const state = await bench.leg(run, 2)
    expect(state.phase).toBe('finished')
    expect(state.drift.length).toBeGreaterThan(0)
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
