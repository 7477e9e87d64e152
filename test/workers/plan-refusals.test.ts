import { describe, expect, test } from 'vitest'
import type { ClusterStatus } from '../../src/clusters/status.ts'
import type { Problem } from '../../src/problem.ts'
import { policy } from '../support/bench-parts.ts'
import { createBench } from '../support/run-bench.ts'
import { moved, offline, standby, withGroup, withNode } from '../support/statuses.ts'

import { before, planned } from './planning.ts'

describe('what cannot be planned is refused, and says what to do', () => {
  const dead = withNode(before, 'node3', { online: false, unclean: true, state: 'unclean (offline)' })
  test.each<[string, string, ClusterStatus, Partial<Problem>]>([
    [
      'an unknown group',
      'failover sevrer2 to node5',
      before,
      { code: 'unknown-group', suggestion: 'server2', excerpt: `/ha failover sevrer2 to node5\n             ^^^^^^^` },
    ],
    [
      'a node in place of a group',
      'failover node3',
      before,
      { code: 'node-not-group', message: 'node3 is a node holding server2: `/ha standby node3`' },
    ],
    ['a group that is stopped', 'failover server2', moved(before, 'server2', ''), { code: 'group-not-running' }],
    ['a group whose owner is dead', 'failover server2', dead, { code: 'owner-dead' }],
    ['a target that is offline', 'failover server2 to node5', offline(before, 'node5'), { code: 'target-unfit' }],
    ['a target in standby', 'failover server2 to node5', standby(before, 'node5'), { code: 'target-unfit' }],
    ['a group that is already there', 'failover server2 to node3', before, { code: 'already-there' }],
    ['an unknown node', 'failover server2 to node55', before, { code: 'unknown-node', suggestion: 'node5' }],
    ['a clone', 'failover server2', withGroup(before, 'server2', { kind: 'clone' }), { code: 'not-movable' }],
  ])('%s', async (_, text, status, expected) => {
    const { problems } = await planned(text, status)
    expect(problems).toMatchObject([expected])
    expect(problems[0]?.stillTrue).toMatch(/^Nothing was (run|changed)\.$/)
  })

  test('a cluster that cannot be read', async () => {
    const bench = await createBench()
    bench.status.say('unreadable')
    const run = await bench.request('failover server2')
    expect((await bench.leg(run, 1)).finished).toMatchObject({ outcome: 'errored' })
    expect((await bench.state(run)).phase).toBe('finished')
  })

  test('a change nobody signed', async () => {
    const bench = await createBench()
    const run = await bench.request('failover server2')
    const state = await bench.state(run)
    const attestation = { by: 'none' as const, signature: '', at: 0 }
    const event = await bench.worker.planner.plan({ ...state, attestation }, new AbortController().signal)
    expect(event).toMatchObject({ type: 'refused', problems: [{ code: 'unsigned' }] })
    expect(bench.status.reads()).toBe(0)
  })

  test('a change that too few could approve', async () => {
    const approve = { count: 3, from: ['oncall'], withinMs: 60_000 }
    const policies = { pvfs: { ...policy, disruptive: { run: ['oncall'], approve } } }
    const { problems } = await planned('failover server2', before, { policies })
    expect(problems).toMatchObject([
      {
        code: 'cannot-be-approved',
        message: 'This needs 3 approvers of oncall besides ana; there are 2 (bo, cy).',
      },
    ])
  })

  test('an override that slipped past the desk', async () => {
    const bench = await createBench()
    const run = await bench.request('failover server2')
    const state = await bench.state(run)
    const request = { ...state.request, overrides: [{ step: 'quorum', reason: 'I know better' }] }
    const event = await bench.worker.planner.plan({ ...state, request }, new AbortController().signal)
    expect(event).toMatchObject({ type: 'refused', problems: [{ code: 'not-overridable' }] })
  })

  test('a cluster whose name is a word of the language', async () => {
    const bench = await createBench()
    const run = await bench.request('failover server2')
    const state = await bench.state(run)
    const request = { ...state.request, cluster: 'constructor' }
    const event = await bench.worker.planner.plan({ ...state, request }, new AbortController().signal)
    expect(event).toMatchObject({ type: 'refused', problems: [{ code: 'not-configured' }] })
  })
})
