import { describe, expect, it } from 'vitest'
import { pacemakerReader } from '../../../../src/clusters/stacks/pacemaker/reader.ts'
import { answer, committed, idle, statusOf, withSection } from '../../reading.ts'

describe('what is asked', () => {
  it('every query has a limit of time and of size, and changes nothing', () => {
    for (const query of pacemakerReader.queries) {
      expect(query.timeoutMs).toBe(10_000)
      expect(query.maxBytes).toBeGreaterThan(1_000_000)
      expect(query.script).not.toMatch(/--(?:move|clear|replace|modify|delete|update|force)\b/)
    }
  })
})

describe('a calm cluster', () => {
  const status = statusOf('calm')

  it('is settled, quorate and without findings', () => {
    expect(status).toMatchObject({
      cluster: 'pvfs',
      stack: 'pacemaker',
      readAt: '2026-11-21T14:02:11.000Z',
      readFrom: ['node1'],
      quorate: true,
      settled: true,
      unsettledBecause: [],
      dc: 'node1',
      maintenance: false,
      failures: [],
      leftovers: [],
    })
  })

  it('has the version and the digest of its configuration as the tools say them', () => {
    expect(status.configuration).toEqual({ version: '0.57', digest: committed('calm', 'digest.txt').trim() })
  })

  it('lists fence devices with fencing and not with the groups', () => {
    expect(Object.keys(status.groups)).toEqual(['server0', 'server1'])
    expect(status.fencing).toEqual({ enabled: true, devices: ['fence-a', 'fence-b'], pending: [] })
    expect(status.nodes['node3']).toMatchObject({ groups: [], fenceable: true, dc: false })
    expect(status.nodes['node1']).toMatchObject({ groups: ['server0'], dc: true })
  })

  it('keeps the members of a group in the order in which they start', () => {
    expect(status.groups['server1']?.members.map(member => member.name)).toEqual([
      'server1_address',
      'server1_fs',
      'server1_daemon',
    ])
  })
})

describe('names stay what they are', () => {
  const status = statusOf('names-to-trip-over')

  it.each(['007', '1e3', 'a&b "c" <d>'])('node %s', name => {
    expect(status.nodes[name]?.name).toBe(name)
  })

  it.each(['größe', 'true', 'constructor', '_x.y-z'])('group %s', name => {
    expect(status.groups[name]?.name).toBe(name)
  })

  it('a name that nothing has is nothing, even if every object has it', () => {
    expect(status.groups['toString']).toBeUndefined()
    expect(status.nodes['hasOwnProperty']).toBeUndefined()
  })
})

describe('why it is not settled', () => {
  it.each([
    ['node-pending', 'node3 is joining'],
    ['node-shutting-down', 'node3 is shutting down'],
    ['node-unclean-offline', 'node2 is unclean (offline): it has not been fenced'],
    ['starting', 'server1_fs is starting on node2'],
    ['stopping', 'server1_daemon is stopping'],
    ['migrating', 'vm is migrating'],
    ['no-dc', 'no controller is elected'],
  ])('%s: %s', (name, because) => {
    expect(statusOf(name)).toMatchObject({ settled: false, unsettledBecause: [because] })
  })

  it('a probe that is under way is left to the word of the controller', () => {
    expect(statusOf('monitor-under-way').settled).toBe(true)
  })

  it.each([
    ['Controller on node1 in state S_TRANSITION_ENGINE: ok\n', 'the controller on node1 is busy (S_TRANSITION_ENGINE)'],
    ['Designated Controller is: node1\n', 'the controller on node1 did not say what it is doing'],
    [
      'error: Could not connect to controller: Connection refused\n',
      'the controller on node1 did not say what it is doing',
    ],
    [idle('node2').stdout, 'the controller moves from node2 to node1'],
  ])('the controller says %j', (said, because) => {
    expect(statusOf('calm', { controller: answer(said) }).unsettledBecause).toEqual([because])
  })

  it('the spelling of Pacemaker 1.1 is understood', () => {
    expect(statusOf('calm', { controller: answer('Status of crmd@node1: S_IDLE (ok)\n') }).settled).toBe(true)
  })

  it('fencing is under way', () => {
    const history =
      '<fence_history status="0"><fence_event action="reboot" target="node2" client="x" origin="node1" status="pending"/></fence_history>'
    const status = statusOf('calm', withSection('calm', history))
    expect(status.fencing.pending).toEqual(['reboot of node2'])
    expect(status.unsettledBecause).toEqual(['fencing under way: reboot of node2'])
  })
})

it('without a DC, quorum is what the CIB says', () => {
  expect(statusOf('no-dc').quorate).toBe(true)
  const cib = committed('no-dc', 'cib.xml').replace('have-quorum="1"', 'have-quorum="0"')
  expect(statusOf('no-dc', { cib: answer(cib) }).quorate).toBe(false)
  expect(statusOf('no-quorum').quorate).toBe(false)
})
