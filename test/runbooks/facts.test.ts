import { describe, expect, test } from 'vitest'
import type { ClusterStatus } from '../../src/clusters/status.ts'
import { concernsOf, drift, factsOf } from '../../src/runbooks/facts.ts'
import type { Plan } from '../../src/runbooks/plan.ts'
import { samplePlan } from '../support/sample-plan.ts'
import { moved, offline, pvfsStatus } from '../support/statuses.ts'

const before = pvfsStatus()
const withoutNode4 = offline(before, 'node4')

function planAbout(inputs: Plan['inputs'], status: ClusterStatus): Plan {
  return { ...samplePlan('01JD0000000000000000000042'), inputs, facts: factsOf(status) }
}

describe('a plan is about', () => {
  test('the groups and nodes that its inputs name, and nothing else that they say', () => {
    const plan = planAbout({ group: 'server2', node: 'node5', why: 'a new disk', tries: 3, force: true }, before)
    expect(concernsOf(plan, before)).toEqual({ groups: ['server2'], nodes: ['node5'] })
  })

  test('a node that is offline as well: that may be why somebody asks', () => {
    const plan = planAbout({ node: 'node4' }, withoutNode4)
    expect(concernsOf(plan, withoutNode4)).toEqual({ groups: [], nodes: ['node4'] })
  })

  test('a node or a group that was there when it was approved, whatever became of it', () => {
    const plan = planAbout({ group: 'server2', node: 'node5' }, before)
    const { server2: _, ...groups } = before.groups
    const { node5: __, ...nodes } = before.nodes
    expect(concernsOf(plan, { ...before, groups, nodes })).toEqual({ groups: ['server2'], nodes: ['node5'] })
  })

  test('nothing by a word that only looks like a name', () => {
    const plan = planAbout({ node: 'constructor', group: 'toString' }, before)
    expect(concernsOf(plan, before)).toEqual({ groups: [], nodes: [] })
  })
})

describe('what is no longer as it was approved', () => {
  const plan = planAbout({ node: 'node4' }, withoutNode4)
  const since = (now: ClusterStatus) => drift(plan.facts, factsOf(now), concernsOf(plan, now))

  test('of a plan about a node that is offline is what happens to that node', () => {
    expect(since(moved(withoutNode4, 'server3', 'node5'))).toEqual(['server3 was on node4 and is now on node5'])
    expect(since(before)).toEqual(['node4 has come online'])
  })

  test('is not that a group moves between other nodes', () => {
    expect(since(moved(withoutNode4, 'server0', 'node2'))).toEqual([])
  })

  test('is every group where the plan names nothing of the cluster', () => {
    const all = planAbout({ why: 'a new disk' }, before)
    const now = moved(before, 'server0', 'node2')
    expect(drift(all.facts, factsOf(now), concernsOf(all, now))).toEqual(['server0 was on node1 and is now on node2'])
  })
})
