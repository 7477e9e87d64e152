import { describe, expect, it } from 'vitest'
import { heartbeatCrmReader } from '../../../../src/clusters/stacks/heartbeat-crm/reader.ts'
import { said, testCluster } from '../../../lab/simulated/heartbeat-crm/cluster.ts'
import { CALM, cibWith, codes, monWith, parse, saying, statusOf } from './reading.ts'

describe('what is asked', () => {
  it('every query has a limit of time and of size, and changes nothing', () => {
    for (const { script, timeoutMs, maxBytes } of heartbeatCrmReader.queries) {
      expect(timeoutMs).toBeLessThanOrEqual(25_000)
      expect(maxBytes).toBeGreaterThan(0)
      expect(script).not.toMatch(/crm_resource|crm_standby|cibadmin -[^Q]|stonith|heartbeat (?:start|stop)/)
    }
    expect(heartbeatCrmReader.asks).toBe('all')
  })
})

describe('a calm cluster', () => {
  const status = statusOf(CALM)

  it('is settled, quorate and without findings', () => {
    expect(status).toMatchObject({
      cluster: 'pvfs',
      stack: 'heartbeat-crm',
      readFrom: ['node1'],
      quorate: true,
      settled: true,
      unsettledBecause: [],
      dc: 'node1',
      maintenance: false,
      failures: [],
      leftovers: [],
      fencing: { enabled: true, devices: ['fence0', 'fence1', 'fence2', 'fence3'], pending: [] },
    })
    expect(status.configuration.version).toBe('0.57')
    expect(status.configuration.digest).toMatch(/^[0-9a-f]{64}$/)
  })

  it('has its groups in the order in which their members start, each with the node it prefers', () => {
    expect(Object.keys(status.groups)).toEqual(['server0', 'server1', 'server2', 'server3'])
    expect(status.groups['server2']).toMatchObject({
      kind: 'group',
      node: 'node3',
      state: 'started',
      managed: true,
      prefers: 'node3',
      disabled: false,
      bannedFrom: [],
    })
    expect(status.groups['server2']?.members.map(({ name, agent }) => `${name} ${agent}`)).toEqual([
      'server2_address ocf:heartbeat:IPaddr',
      'server2_fs ocf:external:Filesystem',
      'server2_daemon ocf:external:PVFS2',
    ])
  })

  it('shows the spare, and that no fence device covers it', () => {
    expect(status.nodes['node5']).toMatchObject({ state: 'online', groups: [], fenceable: false })
    expect(status.nodes['node1']).toMatchObject({ state: 'online', dc: true, groups: ['server0'], fenceable: true })
  })
})

describe('words that stand for two things are told apart', () => {
  const lost = ': online\nNode: node3' as const

  it('a node that somebody put in standby, and one that is joining', async () => {
    const cluster = testCluster()
    await cluster.on('node1', 'crm_standby', '-U', 'node4', '-v', 'on')
    cluster.settle()
    expect(statusOf(await cluster.answers('node1')).nodes['node4']).toMatchObject({ state: 'standby', pending: false })

    const joining = statusOf(monWith([lost, ': standby\nNode: node3']))
    expect(joining.nodes['node2']).toMatchObject({ state: 'pending', standby: false, pending: true, online: true })
    expect(joining.unsettledBecause).toContain('node2 is joining')
  })

  it('a node that was stopped, and one that is lost and not yet fenced', async () => {
    const cluster = testCluster()
    cluster.control.failFencing('node3')
    cluster.control.killNode('node3')
    cluster.clock.advance(30_000)
    const unfenced = statusOf(await cluster.answers('node1'))
    expect(unfenced.nodes['node3']).toMatchObject({ state: 'unclean (offline)', unclean: true, groups: ['server2'] })
    expect(unfenced.unsettledBecause).toContain('node3 is unclean (offline): it has not been fenced')

    cluster.control.mendFencing('node3')
    cluster.settle()
    const fenced = statusOf(await cluster.answers('node1'))
    expect(fenced.nodes['node3']).toMatchObject({ state: 'offline', unclean: false, groups: [] })
    expect(fenced.settled).toBe(true)
  })
})

describe('what is wrong with a group', () => {
  it('a failed action, with its count and its place', async () => {
    const cluster = testCluster()
    cluster.control.failStart('server2_daemon', 'node5')
    await cluster.on('node1', 'crm_resource', '-M', '-r', 'server2', '-H', 'node5')
    cluster.settle()
    const status = statusOf(await cluster.answers('node1'))
    expect(status.failures).toEqual([
      { resource: 'server2_daemon', group: 'server2', node: 'node5', task: 'start', reason: 'rc 1', at: '' },
    ])
    expect(status.leftovers).toEqual([{ id: 'cli-prefer-server2', kind: 'prefer', group: 'server2', node: 'node5' }])
  })

  it('one whose stop failed while fencing is off is blocked', async () => {
    const cluster = testCluster()
    cluster.control.setFencing(false)
    cluster.control.failStop('server2_fs')
    await cluster.on('node1', 'crm_resource', '-M', '-r', 'server2', '-H', 'node5')
    cluster.settle()
    const status = statusOf(await cluster.answers('node1'))
    expect(status.groups['server2']).toMatchObject({ state: 'blocked', managed: false })
    expect(status.failures).toMatchObject([{ resource: 'server2_fs', task: 'stop', node: 'node3' }])
    expect(status.fencing.enabled).toBe(false)
  })

  it('one whose member runs on two nodes', () => {
    const status = statusOf(monWith(['Filesystem):\tStarted node1', 'Filesystem)[\tnode1\tnode2 ]']))
    expect(status.groups['server0']).toMatchObject({ state: 'failed', nodes: ['node1', 'node2'], node: '' })
    expect(status.failures.map(({ task, node }) => `${task} ${node}`)).toEqual([
      'active-twice node1',
      'active-twice node2',
    ])
  })

  it('one that is half up, stopped, or not managed', () => {
    const stopped = ['PVFS2):\tStarted node1', 'PVFS2):\tStopped '] as const
    expect(statusOf(monWith(stopped)).groups['server0']?.state).toBe('partial')
    const unmanaged = ['IPaddr):\tStarted node1', 'IPaddr):\tStarted node1 (unmanaged)'] as const
    expect(statusOf(monWith(unmanaged)).groups['server0']?.managed).toBe(false)
  })

  it('a resource that is listed and no longer configured is an orphan', () => {
    const orphan = ['fence0\t', 'old_ip\t(heartbeat::ocf:IPaddr):\tStarted node2\nfence0\t'] as const
    expect(statusOf(monWith(orphan)).failures).toMatchObject([{ resource: 'old_ip', node: 'node2', task: 'orphan' }])
  })
})

describe('options as 2.1.3 spells them', () => {
  it('without a word about it fencing is off', () => {
    const status = statusOf(cibWith([' name="stonith-enabled"', ' name="other"']))
    expect(status.fencing.enabled).toBe(false)
  })

  it('is-managed-default=false is maintenance, and an element of its own holds the values', () => {
    const is = 'name="is-managed-default" value="true"'
    expect(statusOf(cibWith([is, is.replace('true', 'false')])).maintenance).toBe(true)
    const plain = CALM['cib']?.stdout.replaceAll(/ *<\/?attributes>\n/g, '') ?? ''
    expect(statusOf({ ...CALM, cib: said(plain) }).fencing.enabled).toBe(true)
  })

  it('quorum is what both the membership and the CIB say', () => {
    const no = CALM['controller']?.stdout.replace('quorum 1', 'quorum 0') ?? ''
    expect(statusOf({ ...CALM, controller: said(no) }).quorate).toBe(false)
    expect(statusOf(cibWith(['have_quorum="true"', 'have_quorum="false"'])).quorate).toBe(false)
  })

  it('no DC is an election under way', () => {
    const dc = /Current DC: [^\n]*/.exec(CALM['status']?.stdout ?? '')?.[0] ?? ''
    const status = statusOf({
      ...monWith([dc, 'Current DC: NONE']),
      controller: said('quorum 1\n-- quorum said --\n-- end --\n'),
    })
    expect(status).toMatchObject({ dc: '', settled: false, unsettledBecause: ['no controller is elected'] })
  })
})

describe('several views', () => {
  it('two DCs are a partition: said with who says what, and no status', async () => {
    const cluster = testCluster()
    cluster.control.split(['node4', 'node5'])
    const nodes = ['node1', 'node2', 'node3', 'node4', 'node5']
    const readings = await Promise.all(nodes.map(async node => statusOf(await cluster.answers(node), node)))
    expect(readings.map(reading => reading.dc)).toEqual(['node1', 'node1', 'node1', 'node4', 'node4'])
    const combined = heartbeatCrmReader.combine(readings, [])
    expect(codes(combined)).toEqual(['dc-disagreement', 'quorum-disagreement', 'membership-disagreement'])
    expect(saying(combined)).toContain('node1 sees DC node1')
    expect(saying(combined)).toContain('node5 sees DC node4')
    expect(saying(combined)).toContain('split brain suspected in pvfs')
  })

  it('nodes with another copy of the configuration are not settled', async () => {
    const cluster = testCluster()
    cluster.control.differ('node3', 'no-quorum-policy', 'ignore')
    const readings = ['node1', 'node3'].map(async node => statusOf(await cluster.answers(node), node))
    const combined = heartbeatCrmReader.combine(await Promise.all(readings), [])
    expect(combined.ok && combined.value.unsettledBecause).toEqual([
      'node1 and node3 do not yet have the same configuration',
    ])
  })

  it('a node on which heartbeat is stopped says nothing of the others; only where all are is it a status', async () => {
    const cluster = testCluster()
    const stopping = cluster.on('node4', '/etc/init.d/heartbeat', 'stop')
    cluster.settle()
    await stopping
    const readings = await Promise.all(
      ['node1', 'node4'].map(async node => statusOf(await cluster.answers(node), node)),
    )
    const combined = heartbeatCrmReader.combine(readings, ['node5'])
    expect(combined.ok && combined.value).toMatchObject({ readFrom: ['node1'], settled: true })

    const [, stopped] = readings
    if (!stopped) throw new Error('no reading')
    const alone = heartbeatCrmReader.combine([stopped], ['node1'])
    expect(saying(alone)).toContain('Heartbeat is stopped on node4, and node1 did not say anything.')
    const all = heartbeatCrmReader.combine([stopped], [])
    expect(all.ok && all.value).toMatchObject({ quorate: false, settled: false, dc: '' })
    expect(all.ok && all.value.unsettledBecause).toEqual(['heartbeat is stopped on node4'])
  })
})

describe('a node of another stack', () => {
  it('is told from one of this, with what would be right', () => {
    const answer = CALM['stack']?.stdout.replace('crm=yes', 'crm=').replace('haresources=absent', 'haresources=there')
    const result = parse({ ...CALM, stack: said(answer ?? '') })
    expect(codes(result)).toEqual(['wrong-stack'])
    expect(saying(result)).toContain('stack: heartbeat')
  })
})
