import { describe, expect, it } from 'vitest'
import { refuseMove } from '../../src/clusters/refusals.ts'
import type { ClusterStatus } from '../../src/clusters/status.ts'
import { statusOf, withSection } from './reading.ts'

function refusal(status: ClusterStatus, group: string, target?: string) {
  const problems = refuseMove(status, group, target)
  expect(problems.length).toBeLessThanOrEqual(1)
  return problems[0]
}

it('a group that runs on one healthy node can be moved, and to another healthy one', () => {
  expect(refuseMove(statusOf('calm'), 'server0')).toEqual([])
  expect(refuseMove(statusOf('calm'), 'server0', 'node3')).toEqual([])
})

describe('the name is not that of a group', () => {
  it('a slip of the finger gets one suggestion and the list', () => {
    expect(refusal(statusOf('calm'), 'sevrer1')).toMatchObject({
      code: 'unknown-group',
      message: 'No group "sevrer1" in pvfs.',
      suggestion: 'server1',
      stillTrue: 'Nothing was run.',
      next: 'Groups of pvfs: server0, server1.',
    })
  })

  it('a name like no other gets none', () => {
    expect(refusal(statusOf('calm'), 'zebra')).not.toHaveProperty('suggestion')
    expect(refusal(statusOf('no-resources'), 'zebra')).toMatchObject({ next: 'pvfs has no groups.' })
    expect(refusal(statusOf('calm'), 'constructor')).toMatchObject({ code: 'unknown-group' })
  })

  it('a node is told what it holds and how to empty it', () => {
    expect(refusal(statusOf('clone'), 'node1')).toMatchObject({
      code: 'node-not-group',
      message: 'node1 is a node holding ping-clone, server0: `/ha standby node1`',
    })
    expect(refusal(statusOf('calm'), 'node3')?.message).toBe('node3 is a node holding no group: `/ha standby node3`')
  })

  it('a part of a group leads to the group', () => {
    expect(refusal(statusOf('calm'), 'server0_fs')).toMatchObject({
      message: 'server0_fs is a part of server0, which moves as a whole.',
      suggestion: 'server0',
    })
  })

  it('a fence device is no group', () => {
    expect(refusal(statusOf('calm'), 'fence-a')).toMatchObject({ code: 'unknown-group' })
  })
})

describe('the group is not in a state to be moved', () => {
  it.each([
    [
      'clone',
      'ping-clone',
      'not-movable',
      'ping-clone is a clone: it runs on several nodes and has no place to be moved from. It runs on node1 and node2.',
    ],
    [
      'bundle',
      'web',
      'not-movable',
      'web is a bundle: it runs on several nodes and has no place to be moved from. It runs on node1 and node2.',
    ],
    [
      'clone-disabled',
      'ping-clone',
      'not-movable',
      'ping-clone is a clone: it runs on several nodes and has no place to be moved from.',
    ],
    [
      'group-disabled',
      'server1',
      'group-not-running',
      'server1 runs nowhere because somebody wants it stopped: there is nothing to move.',
    ],
    ['bundle', 'server0', 'group-not-running', 'server0 runs nowhere (stopped): there is nothing to move.'],
    [
      'active-on-two-nodes',
      'server0',
      'active-twice',
      'Parts of server0 run on node1 and node3 at the same time; a move could damage shared storage.',
    ],
  ])('%s: %s is %s', (fixture, group, code, message) => {
    expect(refusal(statusOf(fixture), group)).toMatchObject({ code, message, stillTrue: 'Nothing was run.' })
  })
})

describe('nobody who answers has the group', () => {
  it('is not the same as a group that runs nowhere', () => {
    const calm = statusOf('calm')
    const server0 = { ...calm.groups['server0'], state: 'unknown', node: '', nodes: [] }
    const status = { ...calm, groups: { ...calm.groups, server0 } } as typeof calm
    expect(refusal(status, 'server0')).toMatchObject({ code: 'owner-not-known', stillTrue: 'Nothing was run.' })
  })
})

describe('the owner is dead', () => {
  it('is no failover: the state of fencing is shown and fencing is offered', () => {
    const problem = refusal(statusOf('node-unclean-offline'), 'server1', 'node3')
    expect(problem).toMatchObject({ code: 'owner-dead', next: expect.stringContaining('/ha fence node2') })
    expect(problem?.message).toContain('node2 is unclean (offline)')
    expect(problem?.message).toContain('Fencing is on, but none of node2 is under way.')
  })

  const history = (status: string, reason = '') =>
    `<fence_history status="0"><fence_event action="reboot" target="node2" status="${status}" completed="2025-03-03 10:20:11Z"${reason}/></fence_history>`

  it.each([
    ['under way', history('pending'), 'Fencing is under way: reboot of node2.'],
    ['failed', history('failed', ' exit-reason="BMC silent"'), 'Fencing failed: reboot failed: BMC silent.'],
  ])('fencing is %s', (_, section, sentence) => {
    const status = statusOf('node-unclean-offline', withSection('node-unclean-offline', section))
    expect(refusal(status, 'server1')?.message).toContain(sentence)
  })

  it('without quorum, without a device, or with fencing off, it says so', () => {
    expect(refusal(statusOf('no-quorum'), 'server1')?.message).toContain('(there is no quorum)')
    const status = statusOf('node-unclean-offline')
    const node2 = { ...status.nodes['node2'], fenceable: false } as ClusterStatus['nodes'][string]
    expect(refusal({ ...status, nodes: { ...status.nodes, node2 } }, 'server1')?.message).toContain(
      'no fence device covers node2',
    )
    expect(refusal({ ...status, fencing: { ...status.fencing, enabled: false } }, 'server1')?.message).toContain(
      'Fencing is off.',
    )
  })
})

describe('the target cannot take it', () => {
  it.each([
    ['calm', 'server0', 'nod3', 'unknown-node', 'No node "nod3" in pvfs.'],
    ['calm', 'server0', 'node1', 'already-there', 'server0 already runs on node1. Nothing to do.'],
    ['node-offline', 'server0', 'node3', 'target-unfit', 'node3 cannot take server0: it is offline.'],
    ['standby-and-empty', 'server0', 'node3', 'target-unfit', 'node3 cannot take server0: it is in standby.'],
    ['maintenance-of-one-node', 'server0', 'node2', 'target-unfit', 'node2 cannot take server0: it is in maintenance.'],
    [
      'node-unclean-offline',
      'server0',
      'node2',
      'target-unfit',
      'node2 cannot take server0: it is unclean (offline): the cluster does not know what runs on it.',
    ],
    [
      'moved-and-banned',
      'server1',
      'node1',
      'target-unfit',
      'node1 cannot take server1: constraint cli-ban-server1-on-node1 bans server1 from it.',
    ],
    [
      'member-banned-by-hand',
      'server0',
      'node3',
      'target-unfit',
      'node3 cannot take server0: a constraint of the configuration bans server0 from it.',
    ],
  ])('%s: %s to %s is %s', (fixture, group, target, code, message) => {
    expect(refusal(statusOf(fixture), group, target)).toMatchObject({ code, message })
  })

  it('a slip in the node gets a suggestion', () => {
    expect(refusal(statusOf('calm'), 'server0', 'ndoe3')).toMatchObject({
      suggestion: 'node3',
      next: 'Nodes of pvfs: node1, node2, node3.',
    })
  })
})
