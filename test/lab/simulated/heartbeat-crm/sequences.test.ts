import { describe, expect, it } from 'vitest'
import { monText } from '../../../../lab/simulated/heartbeat-crm/commands/crm-mon.ts'
import { tale } from '../tale.ts'
import { type TestCluster, testCluster } from './cluster.ts'

const DEADTIME_MS = 12_000
const LONG = 120_000

/** What `crm_mon -1 -r` on a node says of one group: `node3 node3 -`, the parts in the order in which they start. */
function parts({ model }: TestCluster, group: string, from = 'node1'): string {
  const lines = monText(model.live, from, true)
    .split('\n')
    .filter(line => line.startsWith(`    ${group}_`) && line.includes('\t'))
  return lines.map(line => (/Started (.*)/.exec(line)?.[1] ?? '-').trimEnd()).join(' ')
}

/** What it says of one node: `online`, `standby`, `OFFLINE`. */
function word({ model }: TestCluster, node: string, from = 'node1'): string {
  return new RegExp(`^Node: ${node} .*: (.*)$`, 'm').exec(monText(model.live, from, true))?.[1] ?? '?'
}

describe('the sequences of states that people see (ha-stacks.md §9.17)', () => {
  it('a planned move: the parts stop from last to first and start from first to last, the controller through its states', async () => {
    const cluster = testCluster()
    const { watchers } = cluster.model.live
    const lines = tale(watchers, () => parts(cluster, 'server2'))
    const controller = tale(watchers, () => cluster.control.state().controller)
    await cluster.on('node1', 'crm_resource', '-M', '-r', 'server2', '-H', 'node5')
    cluster.settle()
    expect(lines).toEqual([
      'node3 node3 node3',
      'node3 node3 -',
      'node3 - -',
      '- - -',
      'node5 - -',
      'node5 node5 -',
      'node5 node5 node5',
    ])
    expect(controller).toEqual(['S_IDLE', 'S_POLICY_ENGINE', 'S_TRANSITION_ENGINE', 'S_IDLE'])
  })

  it('a start that fails on the target: it is on record there, counts for ever, and the group goes home', async () => {
    const cluster = testCluster()
    cluster.control.failStart('server2_fs', 'node5')
    const lines = tale(cluster.model.live.watchers, () => parts(cluster, 'server2'))
    await cluster.on('node1', 'crm_resource', '-M', '-r', 'server2', '-H', 'node5')
    cluster.settle()
    expect(lines.slice(3)).toEqual([
      '- - -',
      'node5 - -',
      'node5 node5 FAILED -',
      'node5 - -',
      '- - -',
      'node3 - -',
      'node3 node3 -',
      'node3 node3 node3',
    ])
    const count = await cluster.on('node1', 'crm_failcount', '-G', '-r', 'server2_fs', '-U', 'node5')
    expect(count.stdout).toContain('INFINITY')
    expect((await cluster.on('node1', 'crm_mon', '-1')).stdout).toMatch(
      /Failed actions:\n {4}server2_fs_start_0 \(node=node5, call=\d+, rc=1\): Error/,
    )
  })

  it.each([{ how: 'fails', word: 'Error' } as const, { how: 'hangs', word: 'Timed Out' } as const])(
    'a stop that $how: FAILED, then its node is fenced, and only after that the group runs elsewhere',
    async ({ how, word: said }) => {
      const cluster = testCluster()
      if (how === 'fails') cluster.control.failStop('server2_daemon')
      else cluster.control.hangStop('server2_daemon')
      const lines = tale(cluster.model.live.watchers, () => `${word(cluster, 'node3')}: ${parts(cluster, 'server2')}`)
      await cluster.on('node1', 'crm_resource', '-M', '-r', 'server2', '-H', 'node5')
      cluster.clock.advance(how === 'hangs' ? 21_000 : 2_000)
      expect((await cluster.on('node1', 'crm_mon', '-1')).stdout).toMatch(
        new RegExp(`server2_daemon_stop_0 \\(node=node3, call=\\d+, rc=-?\\d\\): ${said}`),
      )
      cluster.settle()
      expect(lines.slice(0, 4)).toEqual([
        'online: node3 node3 node3',
        'online: node3 node3 node3 FAILED',
        'OFFLINE: - - -',
        'OFFLINE: node5 - -',
      ])
      expect(lines.at(-1)).toBe('OFFLINE: node5 node5 node5')
      expect(cluster.control.state().resets).toEqual({ node3: 1 })
    },
  )

  it('a stop that fails while fencing is off: the group is left alone, and stands still', async () => {
    const cluster = testCluster()
    cluster.control.setFencing(false)
    cluster.control.failStop('server2_daemon')
    const lines = tale(cluster.model.live.watchers, () => parts(cluster, 'server2'))
    await cluster.on('node1', 'crm_resource', '-M', '-r', 'server2', '-H', 'node5')
    cluster.clock.advance(LONG)
    expect(lines).toEqual(['node3 node3 node3', 'node3 node3 node3 (unmanaged) FAILED'])
    expect(cluster.control.state().resets).toEqual({})
    cluster.control.mendStop('server2_daemon')
    cluster.clock.advance(LONG)
    expect(parts(cluster, 'server2')).toBe('node3 node3 node3 (unmanaged) FAILED')
  })

  it('the loss of a node that can be fenced: OFFLINE with its group as before, until it is fenced', () => {
    const cluster = testCluster()
    const lines = tale(cluster.model.live.watchers, () => `${word(cluster, 'node3')}: ${parts(cluster, 'server2')}`)
    cluster.control.killNode('node3')
    cluster.clock.advance(DEADTIME_MS)
    expect(lines).toEqual(['online: node3 node3 node3', 'OFFLINE: node3 node3 node3'])
    cluster.settle()
    expect(lines.slice(2)).toEqual([
      'OFFLINE: - - -',
      'OFFLINE: node5 - -',
      'OFFLINE: node5 node5 -',
      'OFFLINE: node5 node5 node5',
    ])
    expect(cluster.control.state().resets).toEqual({ node3: 1 })
  })

  it('the loss of a node that cannot be fenced: tried again and again, and its group never moves', () => {
    const cluster = testCluster()
    cluster.control.failFencing('node3')
    const lines = tale(cluster.model.live.watchers, () => `${word(cluster, 'node3')}: ${parts(cluster, 'server2')}`)
    cluster.control.killNode('node3')
    cluster.clock.advance(10 * LONG)
    expect(lines).toEqual(['online: node3 node3 node3', 'OFFLINE: node3 node3 node3'])
    expect(cluster.control.state()).toMatchObject({ settled: false, resets: {} })
    cluster.control.mendFencing('node3')
    cluster.settle()
    expect(lines.at(-1)).toBe('OFFLINE: node5 node5 node5')
  })

  it('without quorum and with freeze: what runs is kept, nothing is started, nobody is fenced', async () => {
    const cluster = testCluster()
    for (const node of ['node3', 'node4', 'node5']) cluster.control.killNode(node)
    cluster.clock.advance(LONG)
    expect((await cluster.on('node1', 'ccm_tool', '-q')).stdout).toBe('0\n')
    expect(['node1', 'node3', 'node5'].map(node => word(cluster, node))).toEqual(['online', 'OFFLINE', 'OFFLINE'])
    expect(['server0', 'server2'].map(group => parts(cluster, group))).toEqual([
      'node1 node1 node1',
      'node3 node3 node3',
    ])
    expect(cluster.control.state().resets).toEqual({})
  })

  it('without quorum and with stop, which is the default: everything that still runs is stopped', async () => {
    const cluster = testCluster()
    await cluster.on('node1', 'crm_attribute', '-t', 'crm_config', '-n', 'no-quorum-policy', '-v', 'stop')
    cluster.settle()
    for (const node of ['node3', 'node4', 'node5']) cluster.control.killNode(node)
    cluster.clock.advance(LONG)
    expect(['server0', 'server1'].map(group => parts(cluster, group))).toEqual(['- - -', '- - -'])
    expect(cluster.control.state().resets).toEqual({})
  })

  it('a node that comes back: OFFLINE, standby while it joins, online; its group stays where it sticks', () => {
    const cluster = testCluster()
    cluster.control.killNode('node3')
    cluster.clock.advance(DEADTIME_MS)
    cluster.settle()
    const lines = tale(cluster.model.live.watchers, () => word(cluster, 'node3'))
    cluster.control.startNode('node3')
    cluster.clock.advance(LONG)
    expect(lines).toEqual(['OFFLINE', 'standby', 'online'])
    expect(parts(cluster, 'server2')).toBe('node5 node5 node5')
  })

  it('a group that prefers its node more than it sticks goes home as soon as that is back', async () => {
    const cluster = testCluster()
    await cluster.on('node1', 'crm_attribute', '-t', 'crm_config', '-n', 'default-resource-stickiness', '-v', '10')
    cluster.settle()
    cluster.control.killNode('node3')
    cluster.clock.advance(DEADTIME_MS)
    cluster.settle()
    expect(parts(cluster, 'server2')).toBe('node5 node5 node5')
    cluster.control.startNode('node3')
    cluster.clock.advance(LONG)
    expect(parts(cluster, 'server2')).toBe('node3 node3 node3')
  })

  it('a node that never rejoins: its start says 0, heartbeat runs there, and nobody hears it', async () => {
    const cluster = testCluster()
    const stopping = cluster.on('node5', '/etc/init.d/heartbeat', 'stop')
    cluster.settle()
    await stopping
    cluster.control.neverRejoins('node5')
    expect(await cluster.on('node5', '/etc/init.d/heartbeat', 'start')).toMatchObject({ exitCode: 0 })
    cluster.clock.advance(10 * LONG)
    expect((await cluster.on('node5', 'cl_status', 'hbstatus')).stdout).toBe('Heartbeat is running on this machine.\n')
    expect(word(cluster, 'node5')).toBe('OFFLINE')
    expect(cluster.control.state().members).not.toContain('node5')

    cluster.control.mendRejoining('node5')
    await cluster.on('node5', '/etc/init.d/heartbeat', 'stop')
    await cluster.on('node5', '/etc/init.d/heartbeat', 'start')
    cluster.clock.advance(LONG)
    expect(word(cluster, 'node5')).toBe('online')
  })

  it('a monitor that failed: the part and those that stand on it stop, and start again where they were', () => {
    const cluster = testCluster()
    const lines = tale(cluster.model.live.watchers, () => parts(cluster, 'server2'))
    cluster.control.failMonitor('server2_fs', 'node3')
    cluster.settle()
    expect(lines).toEqual([
      'node3 node3 node3',
      'node3 node3 FAILED node3',
      'node3 node3 FAILED -',
      'node3 - -',
      'node3 node3 -',
      'node3 node3 node3',
    ])
  })

  it('two halves each have a controller and call the others OFFLINE; healed, there is one again', async () => {
    const cluster = testCluster()
    cluster.control.split(['node4', 'node5'])
    const seen = async () =>
      await Promise.all(['node1', 'node5'].map(async node => (await cluster.on(node, 'crmadmin', '-D')).stdout))
    expect(await seen()).toEqual(['Designated Controller is: node1\n', 'Designated Controller is: node4\n'])
    expect([word(cluster, 'node5', 'node1'), word(cluster, 'node1', 'node5')]).toEqual(['OFFLINE', 'OFFLINE'])
    cluster.control.heal()
    cluster.settle()
    expect(new Set(await seen())).toEqual(new Set(['Designated Controller is: node1\n']))
  })
})
