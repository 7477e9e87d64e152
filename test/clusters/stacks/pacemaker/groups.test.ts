import { describe, expect, it } from 'vitest'
import { answer, committed, statusOf } from '../../reading.ts'

describe('groups', () => {
  it.each([
    ['clone', 'ping-clone', 'clone', 'started', ['node1', 'node2']],
    ['clone-unique', 'workers', 'clone', 'started', ['node1', 'node2']],
    ['clone-of-a-group', 'storage-clone', 'clone', 'started', ['node1', 'node2']],
    ['clone-of-a-group-half-up', 'storage-clone', 'clone', 'partial', ['node1', 'node2']],
    ['clone-disabled', 'ping-clone', 'clone', 'stopped', []],
    ['promotable', 'db-clone', 'clone', 'started', ['node1', 'node2']],
    ['bundle', 'web', 'bundle', 'started', ['node1', 'node2']],
    ['bundle-one-replica-down', 'web', 'bundle', 'partial', ['node1']],
    ['group-partly-down', 'server1', 'group', 'partial', ['node2']],
    ['group-disabled', 'server1', 'group', 'stopped', []],
    ['member-disabled', 'server0', 'group', 'started', ['node1']],
    ['active-on-two-nodes', 'server0', 'group', 'failed', ['node1', 'node3']],
    ['monitor-failed-now', 'server0', 'group', 'failed', ['node1']],
    ['stop-failed-without-fencing', 'server1', 'group', 'blocked', ['node2']],
    ['resource-disabled', 'idle', 'resource', 'stopped', []],
    ['failure-ignored', 'solo', 'resource', 'started', ['node1']],
  ])('%s: %s is a %s, %s', (fixture, name, kind, state, nodes) => {
    const group = statusOf(fixture).groups[name]
    expect(group).toMatchObject({ kind, state, nodes })
    expect(group?.node).toBe(nodes.length === 1 ? nodes[0] : '')
  })

  it.each([
    ['group-disabled', 'server1'],
    ['clone-disabled', 'ping-clone'],
    ['resource-disabled', 'idle'],
    ['everything-stopped-on-purpose', 'server0'],
  ])('%s: somebody wants %s stopped', (fixture, name) => {
    expect(statusOf(fixture).groups[name]?.disabled).toBe(true)
  })

  it('one member that is disabled does not make its group disabled', () => {
    expect(statusOf('member-disabled').groups['server0']?.disabled).toBe(false)
  })

  it('a promotable clone shows each role with its nodes', () => {
    const members = statusOf('promotable').groups['db-clone']?.members
    expect(members?.map(({ role, nodes }) => ({ role, nodes }))).toEqual([
      { role: 'Promoted', nodes: ['node1'] },
      { role: 'Unpromoted', nodes: ['node2'] },
    ])
  })

  it('constraints of the configuration forbid a node to the whole group, written plainly or as a rule', () => {
    expect(statusOf('member-banned-by-hand').groups['server0']?.bannedFrom).toEqual(['node3'])
    expect(statusOf('banned-by-a-rule').groups['server0']?.bannedFrom).toEqual(['node2'])
    expect(statusOf('calm').groups['server0']?.bannedFrom).toEqual([])
  })

  it('`pending` beside the role, as earlier versions write it, counts too', () => {
    const older = committed('calm', 'crm_mon.xml').replace(
      'nodes_running_on="1"',
      'nodes_running_on="1" pending="Stopping"',
    )
    const status = statusOf('calm', { status: answer(older) })
    expect(status.groups['server0']?.state).toBe('stopping')
    expect(status.unsettledBecause).toEqual(['server0_address is stopping on node1'])
  })
})

describe('machines that are not members', () => {
  it('containers and guests are not nodes; what runs in them counts for their host', () => {
    expect(Object.keys(statusOf('bundle').nodes)).toEqual(['node1', 'node2'])
    const guest = statusOf('guest-node')
    expect(Object.keys(guest.nodes)).toEqual(['node1', 'node2'])
    expect(guest.groups['solo']?.node).toBe('node2')
    expect(guest.groups['guest1']).toBeUndefined()
  })

  it('a remote node is shown and marked', () => {
    const status = statusOf('remote-node')
    expect(status.nodes['far']).toMatchObject({ remote: true, groups: ['solo'] })
    expect(status.nodes['node1']?.remote).toBeUndefined()
  })
})
