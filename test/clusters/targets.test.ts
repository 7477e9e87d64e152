import { describe, expect, it } from 'vitest'
import { failuresOf, isFit, leftoversOf, survivors, unfitBecause } from '../../src/clusters/health.ts'
import type { Cluster } from '../../src/clusters/inventory.ts'
import type { ClusterStatus } from '../../src/clusters/status.ts'
import { bestTarget } from '../../src/clusters/targets.ts'
import { statusOf } from './reading.ts'

function inventory(names: readonly string[], groups: Cluster['groups'] = {}): Cluster {
  return {
    name: 'pvfs',
    stack: 'pacemaker',
    ssh: { user: 'haops', knownHosts: 'known_hosts', ledger: '.ha-bot' },
    nodes: Object.fromEntries(names.map(name => [name, { name, address: '192.0.2.11', port: 22 }])),
    groups,
  }
}

function target(
  status: ClusterStatus,
  group: string,
  groups: Cluster['groups'] = {},
  names = Object.keys(status.nodes),
) {
  const result = bestTarget(status, inventory(names, groups), group)
  return result.ok ? result.value : (result.problems[0]?.excerpt ?? '')
}

/** The fixture with changes to some nodes. */
function changed(
  status: ClusterStatus,
  changes: Readonly<Record<string, Partial<ClusterStatus['nodes'][string]>>>,
): ClusterStatus {
  const nodes = Object.entries(status.nodes).map(([name, node]) => [name, { ...node, ...changes[name] }])
  return { ...status, nodes: Object.fromEntries(nodes) }
}

const five = changed(statusOf('five-nodes-and-a-spare'), { node5: { fenceable: true } })

describe('where a group goes when nobody says', () => {
  it('to the spare', () => {
    expect(target(five, 'server2')).toEqual({ node: 'node5', why: 'spare: online, runs no group' })
  })

  it('to the node that the inventory prefers, before any spare', () => {
    expect(target(five, 'server2', { server2: { prefers: 'node1' } })).toEqual({
      node: 'node1',
      why: 'preferred: the inventory names it for server2',
    })
  })

  it('not to the preferred node when the group is already there, or when that node is not fit', () => {
    expect(target(five, 'server2', { server2: { prefers: 'node3' } })).toMatchObject({ node: 'node5' })
    const away = changed(five, { node1: { standby: true } })
    expect(target(away, 'server2', { server2: { prefers: 'node1' } })).toMatchObject({ node: 'node5' })
  })

  it('to the node with the fewest groups when there is no spare, and among equals to the first by name', () => {
    const busy = changed(five, {
      node5: { online: false },
      node1: { groups: ['server0', 'server3'] },
    })
    expect(target(busy, 'server2')).toEqual({ node: 'node2', why: 'no spare; it runs the fewest groups (1)' })
  })

  it('says why an idle node is left out, so that nobody looks for the spare', () => {
    const uncovered = changed({ ...five, fencing: { ...five.fencing, enabled: true } }, { node5: { fenceable: false } })
    expect(target(uncovered, 'server2')).toMatchObject({
      why: 'no spare; it runs the fewest groups (1); node5 is left out: no fence device covers it, although fencing is on',
    })
  })

  it('clones run everywhere and make no node busy', () => {
    expect(target(statusOf('clone'), 'server0')).toEqual({ node: 'node2', why: 'spare: online, runs no group' })
  })

  it('never to a node that is banned, by a leftover or by the configuration', () => {
    expect(target(statusOf('moved-and-banned'), 'server1')).toMatchObject({ node: 'node3' })
    expect(target(statusOf('member-banned-by-hand'), 'server0')).toMatchObject({ node: 'node2' })
    expect(target(statusOf('banned-by-a-rule'), 'server0')).toMatchObject({ node: 'node3' })
  })

  it('never to a node where it failed', () => {
    expect(target(statusOf('start-failed-and-recovered'), 'server1')).toMatchObject({ node: 'node1' })
  })

  it('never to a node that no fence device covers while fencing is on', () => {
    expect(target(statusOf('five-nodes-and-a-spare'), 'server2')).toMatchObject({ node: 'node1' })
  })

  it('never to a node that is not in the inventory, nor to a remote one', () => {
    expect(target(five, 'server2', {}, ['node1', 'node3'])).toMatchObject({ node: 'node1' })
    expect(target(statusOf('remote-node'), 'solo')).toMatchObject({ node: 'node2' })
  })

  it('nowhere, with the reason for each node', () => {
    const none = changed(five, {
      node1: { standby: true },
      node2: { maintenance: true },
      node4: { unclean: true, state: 'unclean (online)' },
      node5: { fenceable: false },
    })
    expect(target(none, 'server2')).toBe(
      [
        'node1: it is in standby',
        'node2: it is in maintenance',
        'node4: it is unclean (online): the cluster does not know what runs on it',
        'node5: no fence device covers it, although fencing is on',
      ].join('\n'),
    )
    expect(target(five, 'server2', {}, ['node3'])).toBe('')
  })
})

describe('whether a node can take a group', () => {
  it.each([
    ['node-offline', 'node3', 'it is offline'],
    ['node-pending', 'node3', 'it is still joining'],
    ['node-shutting-down', 'node3', 'it is shutting down'],
    ['standby-and-empty', 'node3', 'it is in standby'],
    ['standby-on-fail', 'node1', 'it is in standby'],
    ['maintenance-of-one-node', 'node2', 'it is in maintenance'],
    ['remote-node', 'far', 'it is a remote node, not a member'],
    ['calm', 'node9', 'pvfs has no node of this name'],
  ])('%s: %s cannot, %s', (fixture, node, because) => {
    expect(unfitBecause(statusOf(fixture), node)).toEqual([because])
  })

  it('a node that is online can', () => {
    expect(isFit(statusOf('calm'), 'node3', 'server0')).toBe(true)
  })

  it('a ban is told once, by the constraint that a person can remove', () => {
    expect(unfitBecause(statusOf('moved-and-banned'), 'node1', 'server1')).toEqual([
      'constraint cli-ban-server1-on-node1 bans server1 from it',
    ])
  })
})

it('survivors are the other members that can take groups, by name', () => {
  expect(survivors(five, 'node2')).toEqual(['node1', 'node3', 'node4', 'node5'])
  expect(survivors(statusOf('node-pending'), 'node1')).toEqual(['node2'])
  expect(survivors(statusOf('no-quorum'), 'node1')).toEqual([])
  expect(survivors(statusOf('remote-node'), 'node1')).toEqual(['node2'])
})

it('failures and leftovers can be asked for one group', () => {
  expect(failuresOf(statusOf('start-failed-and-recovered'), 'server1')).toHaveLength(1)
  expect(failuresOf(statusOf('start-failed-and-recovered'), 'server0')).toEqual([])
  expect(leftoversOf(statusOf('moved-and-banned'), 'server1')).toHaveLength(1)
  expect(leftoversOf(statusOf('moved-and-banned'), 'server0')).toEqual([])
})

it('a status that came back from JSON gives the same answers', () => {
  const again: ClusterStatus = JSON.parse(JSON.stringify(five))
  expect(target(again, 'server2')).toEqual(target(five, 'server2'))
  expect(unfitBecause(again, 'toString')).toEqual(['pvfs has no node of this name'])
})
