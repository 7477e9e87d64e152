import { describe, expect, it } from 'vitest'
import { answer, committed, statusOf, withSection } from '../../reading.ts'

describe('failures', () => {
  it('a failed action is told with its reason, its group and its time', () => {
    expect(statusOf('start-failed-and-recovered').failures).toEqual([
      {
        resource: 'server1_daemon',
        group: 'server1',
        node: 'node3',
        task: 'start',
        reason: 'port 3334 in use',
        at: '2025-03-03 10:16:44Z',
      },
    ])
  })

  it('a fail count without its action is told as such', () => {
    expect(statusOf('fail-count-without-record').failures).toMatchObject([
      {
        resource: 'server0_daemon',
        group: 'server0',
        node: 'node3',
        task: 'fail-count',
        reason: 'monitor failed 2 times',
      },
    ])
    expect(statusOf('fail-count-of-a-clone').failures).toMatchObject([
      { resource: 'ping', group: 'ping-clone', node: 'node2' },
    ])
  })

  it('a fail count of infinity says what it means, and when it happened', () => {
    const cib = committed('start-failed-and-recovered', 'cib.xml')
    const status = committed('start-failed-and-recovered', 'crm_mon.xml').replace(/<failures>[\s\S]*<\/failures>/, '')
    expect(statusOf('start-failed-and-recovered', { cib: answer(cib), status: answer(status) }).failures).toMatchObject(
      [
        {
          task: 'fail-count',
          reason: 'start failed and may not run here until it is cleaned up',
          at: '2025-03-03T10:16:45.000Z',
        },
      ],
    )
  })

  it('the failure of a fence device belongs to no group', () => {
    expect(statusOf('fencing-failed-device').failures).toMatchObject([
      { resource: 'fence-a', group: '', node: 'node3' },
    ])
  })

  it('what runs on two nodes at once is told for each of them', () => {
    expect(statusOf('active-on-two-nodes').failures).toMatchObject([
      { resource: 'server0_fs', group: 'server0', node: 'node1', task: 'active-twice' },
      { resource: 'server0_fs', group: 'server0', node: 'node3', task: 'active-twice' },
    ])
  })

  it('what runs without being configured is told, and is no group', () => {
    const status = statusOf('orphan')
    expect(status.failures).toMatchObject([{ resource: 'forgotten', group: '', node: 'node3', task: 'orphan' }])
    expect(status.groups['forgotten']).toBeUndefined()
  })

  it('a resource with operation words in its own name keeps that name', () => {
    const status = committed('start-failed-and-recovered', 'crm_mon.xml').replaceAll('server1_daemon', 'a_stop_0_b')
    expect(statusOf('start-failed-and-recovered', { status: answer(status) }).failures).toMatchObject([
      { resource: 'a_stop_0_b', task: 'start' },
      { resource: 'server1_daemon', task: 'fail-count' },
    ])
  })
})

describe('failed fencing', () => {
  const event = (status: string, completed: string, more = '') =>
    `<fence_event action="reboot" target="node2" client="c" origin="node1" status="${status}" completed="${completed}"${more}/>`
  const failures = (...events: string[]) =>
    statusOf('calm', withSection('calm', `<fence_history status="0">${events.join('')}</fence_history>`)).failures

  it('is a failure of the node, with the reason', () => {
    expect(failures(event('failed', '2025-03-03 10:20:11Z', ' exit-reason="timed out"'))).toEqual([
      {
        resource: '',
        group: '',
        node: 'node2',
        task: 'fencing',
        reason: 'reboot failed: timed out',
        at: '2025-03-03 10:20:11Z',
      },
    ])
  })

  it('is superseded by a later success, also across time zones', () => {
    expect(failures(event('success', '2025-03-03 10:21:00Z'), event('failed', '2025-03-03 10:20:11Z'))).toEqual([])
    expect(failures(event('failed', '2025-03-03 10:20:11Z'), event('success', '2025-03-03 12:20:12.5 +02:00'))).toEqual(
      [],
    )
  })

  it('is not superseded by an earlier success, nor by one of another node', () => {
    expect(failures(event('failed', '2025-03-03 10:20:11Z'), event('success', '2025-03-03 10:19:00Z'))).toHaveLength(1)
    expect(
      failures(
        event('success', '2025-03-03 10:21:00Z').replace('node2', 'node3'),
        event('failed', '2025-03-03 10:20:11Z'),
      ),
    ).toHaveLength(1)
  })

  it('goes by the order of the list, newest first, when the times cannot be read', () => {
    expect(failures(event('success', 'later'), event('failed', 'earlier'))).toEqual([])
    expect(failures(event('failed', 'later'), event('success', 'earlier'))).toHaveLength(1)
  })
})

describe('leftovers', () => {
  it.each([
    ['moved-and-preferred', { id: 'cli-prefer-server1', kind: 'prefer', group: 'server1', node: 'node2' }],
    ['moved-and-banned', { id: 'cli-ban-server1-on-node1', kind: 'ban', group: 'server1', node: 'node1' }],
    ['preferred-for-a-while', { id: 'cli-prefer-server0', kind: 'prefer', group: 'server0', node: 'node1' }],
    ['preferred-until-yesterday', { id: 'cli-prefer-server0', kind: 'prefer', group: 'server0', node: 'node1' }],
  ])('%s', (fixture, leftover) => {
    expect(statusOf(fixture).leftovers).toEqual([leftover])
  })

  it('constraints that people configured are none', () => {
    expect(statusOf('member-banned-by-hand').leftovers).toEqual([])
  })
})

describe('fencing coverage', () => {
  it.each([
    ['five-nodes-and-a-spare', { node1: true, node4: true, node5: false }],
    ['fencing-device-disabled', { node1: false, node3: true }],
    ['fencing-in-a-clone', { node1: true, node2: true }],
    ['watchdog-fencing', { node1: true, node3: true }],
    ['fencing-by-map-and-template', { node1: true, node2: true, node3: true }],
  ])('%s', (fixture, expected) => {
    const { nodes } = statusOf(fixture)
    expect(Object.fromEntries(Object.keys(expected).map(name => [name, nodes[name]?.fenceable]))).toEqual(expected)
  })

  it('a map names its hosts in front of the plugs', () => {
    const cib = committed('fencing-by-map-and-template', 'cib.xml').replace(
      /<primitive id="asks"[\s\S]*?(?:\/>|<\/primitive>)/,
      '',
    )
    const { nodes } = statusOf('fencing-by-map-and-template', { cib: answer(cib) })
    expect([nodes['node1'], nodes['node2'], nodes['node3']].map(node => node?.fenceable)).toEqual([true, true, false])
  })

  it('is off when the cluster says so', () => {
    expect(statusOf('clone').fencing.enabled).toBe(false)
  })
})
