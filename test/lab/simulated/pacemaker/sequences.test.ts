import { describe, expect, it } from 'vitest'
import { monText } from '../../../../lab/simulated/pacemaker/show/mon-text.ts'
import { tale } from '../tale.ts'
import { type TestCluster, testCluster } from './cluster.ts'

const LONG = 120_000

function mon({ control, clock }: TestCluster): string {
  const { picture, fencing } = control.state()
  return monText(picture, { inactive: true, fencing, now: clock.now() })
}

/** What `crm_mon -1 -r` says of one group, its parts in the order in which they start: `Started node3, Stopping node3, Stopped`. */
function parts(cluster: TestCluster, group: string): string {
  const lines = mon(cluster)
    .split('\n')
    .filter(line => line.startsWith(`    * ${group}_`))
  return lines.map(line => line.slice(line.indexOf(':\t ') + 3)).join(', ')
}

/** What it says of one node: `Online`, `OFFLINE`, `pending`, `UNCLEAN (offline)`. */
function word(cluster: TestCluster, node: string): string {
  const text = mon(cluster)
  const own = new RegExp(`\\* Node ${node}: (.*)$`, 'm').exec(text)?.[1]
  return own ?? new RegExp(`\\* (Online|OFFLINE): \\[.* ${node} .*\\]`).exec(text)?.[1] ?? '?'
}

function told(cluster: TestCluster, view: () => string): readonly string[] {
  return tale(cluster.watchers, view)
}

describe('the sequences of states that people see (ha-stacks.md §9.17)', () => {
  it('a planned move: the parts stop from last to first and start from first to last, the controller through its states', async () => {
    const cluster = testCluster()
    const group = told(cluster, () => parts(cluster, 'server2'))
    const controller = told(cluster, () => cluster.control.state().controller)
    await cluster.on('node1', 'crm_resource', '--move', '-r', 'server2', '--node', 'node5')
    cluster.settle()
    expect(group).toEqual([
      'Started node3, Started node3, Started node3',
      'Started node3, Started node3, Stopping node3',
      'Started node3, Started node3, Stopped',
      'Started node3, Stopping node3, Stopped',
      'Started node3, Stopped, Stopped',
      'Stopping node3, Stopped, Stopped',
      'Stopped, Stopped, Stopped',
      'Starting node5, Stopped, Stopped',
      'Started node5, Stopped, Stopped',
      'Started node5, Starting node5, Stopped',
      'Started node5, Started node5, Stopped',
      'Started node5, Started node5, Starting node5',
      'Started node5, Started node5, Started node5',
    ])
    expect(controller).toEqual(['S_IDLE', 'S_POLICY_ENGINE', 'S_TRANSITION_ENGINE', 'S_IDLE'])
  })

  it('a start that fails on the target: it is on record there, counts for ever, and the group goes home', async () => {
    const cluster = testCluster()
    cluster.control.failNextStart('server2_daemon', 'node5', 'port 3334 in use')
    const group = told(cluster, () => parts(cluster, 'server2'))
    await cluster.on('node1', 'crm_resource', '--move', '-r', 'server2', '--node', 'node5')
    cluster.settle()
    expect(group).toContain('Started node5, Started node5, FAILED node5')
    expect(group.at(-1)).toBe('Started node3, Started node3, Started node3')
    expect(mon(cluster)).toContain("* server2_daemon start on node5 returned 'error' (port 3334 in use) at ")
    expect(
      (await cluster.on('node1', 'crm_failcount', '-G', '-r', 'server2_daemon', '-N', 'node5', '-Q')).stdout,
    ).toContain('INFINITY')
  })

  it.each([
    { how: 'fails', says: "server2_fs stop on node3 returned 'error' (target is busy) at " },
    {
      how: 'hangs',
      says: 'server2_fs stop on node3 could not be executed (Timed Out: Resource agent did not exit within specified timeout) at ',
    },
  ] as const)('a stop that $how: UNCLEAN (online), fenced, and only then started elsewhere', async ({ how, says }) => {
    const cluster = testCluster()
    if (how === 'fails') cluster.control.failStop('server2_fs', 'target is busy')
    else cluster.control.hangStop('server2_fs')
    let failed = ''
    const seen = told(cluster, () => {
      if (mon(cluster).includes('Failed Resource Actions')) failed ||= mon(cluster)
      return `${word(cluster, 'node3')}: ${parts(cluster, 'server2').split(', ')[1]}`
    })
    await cluster.on('node1', 'crm_resource', '--move', '-r', 'server2', '--node', 'node5')
    cluster.settle()
    expect(seen).toEqual([
      'Online: Started node3',
      'Online: Stopping node3',
      'UNCLEAN (online): FAILED node3',
      'OFFLINE: Stopped',
      'OFFLINE: Starting node5',
      'OFFLINE: Started node5',
    ])
    expect(failed).toContain(says)
    expect(cluster.control.state().fencing).toMatchObject([{ target: 'node3', status: 'success' }])
  })

  it('a stop that fails while nobody may fence: blocked, and the group stands still', async () => {
    const cluster = testCluster()
    await cluster.on('node1', 'crm_attribute', '-t', 'crm_config', '-n', 'stonith-enabled', '-v', 'false')
    cluster.settle()
    cluster.control.failStop('server2_fs', 'target is busy')
    await cluster.on('node1', 'crm_resource', '--move', '-r', 'server2', '--node', 'node5')
    cluster.clock.advance(LONG)
    expect(parts(cluster, 'server2')).toBe('Started node3, FAILED node3 (blocked), Stopped')
    expect(cluster.control.state().fencing).toEqual([])
    expect(word(cluster, 'node3')).toBe('Online')
  })

  it('the loss of a node that can be fenced: UNCLEAN with its group, a fencing pending, OFFLINE, started elsewhere', () => {
    const cluster = testCluster()
    const fencing = told(cluster, () => cluster.control.state().fencing.at(-1)?.status ?? 'none')
    const seen = told(cluster, () => `${word(cluster, 'node3')}: ${parts(cluster, 'server2').split(', ')[1]}`)
    cluster.control.killNode('node3')
    cluster.clock.advance(3_500)
    cluster.settle()
    expect(seen).toEqual([
      'Online: Started node3',
      'UNCLEAN (offline): Started node3 (UNCLEAN)',
      'OFFLINE: Stopped',
      'OFFLINE: Starting node5',
      'OFFLINE: Started node5',
    ])
    expect(fencing).toEqual(['none', 'pending', 'success'])
  })

  it('the loss of a node that cannot be fenced: UNCLEAN for ever, tried again and again, and its group never moves', () => {
    const cluster = testCluster()
    cluster.control.failFencing('node3', 'No route to host')
    const seen = told(cluster, () => `${word(cluster, 'node3')}: ${parts(cluster, 'server2').split(', ')[1]}`)
    cluster.control.killNode('node3')
    cluster.clock.advance(LONG)
    expect(seen).toEqual(['Online: Started node3', 'UNCLEAN (offline): Started node3 (UNCLEAN)'])
    expect(mon(cluster)).toContain('Failed Fencing Actions:')
    expect(cluster.control.state().fencing.filter(({ status }) => status === 'failed').length).toBeGreaterThan(2)
    cluster.control.mendFencing('node3')
    cluster.clock.advance(LONG)
    expect(seen.at(-1)).toBe('OFFLINE: Started node5')
  })

  it.each([
    { policy: 'freeze', keeps: 'Started node1, Started node1, Started node1' },
    { policy: 'stop', keeps: 'Stopped, Stopped, Stopped' },
  ])('without quorum and with $policy: nothing is started and nobody is fenced', async ({ policy, keeps }) => {
    const cluster = testCluster()
    await cluster.on('node1', 'crm_attribute', '-t', 'crm_config', '-n', 'no-quorum-policy', '-v', policy)
    cluster.settle()
    for (const node of ['node3', 'node4', 'node5']) cluster.control.killNode(node)
    cluster.clock.advance(LONG)
    expect(mon(cluster)).toContain('partition WITHOUT quorum')
    expect(parts(cluster, 'server0')).toBe(keeps)
    expect(parts(cluster, 'server2')).toContain('Started node3 (UNCLEAN)')
    expect(cluster.control.state().fencing).toEqual([])
  })

  it('a node that comes back: OFFLINE, pending, online; its group stays where it sticks', () => {
    const cluster = testCluster()
    cluster.control.fenceNode('node3')
    cluster.clock.advance(8_000)
    cluster.settle()
    const seen = told(cluster, () => word(cluster, 'node3'))
    cluster.clock.advance(LONG)
    expect(seen).toEqual(['OFFLINE', 'pending', 'Online'])
    expect(cluster.place('server2')).toBe('node5')
  })

  it('a group that prefers its node more than it sticks goes home as soon as that is back', () => {
    const cluster = testCluster()
    cluster.control.addPrefer('server2', 'node3')
    cluster.settle()
    cluster.control.fenceNode('node3')
    cluster.clock.advance(8_000)
    cluster.settle()
    expect(cluster.place('server2')).toBe('node5')
    cluster.clock.advance(LONG)
    expect(cluster.place('server2')).toBe('node3')
    cluster.control.clearConstraints('server2')
    expect(cluster.control.cibText()).not.toContain('cli-prefer')
  })

  it('a node that never rejoins: its services start, and nobody sees it', async () => {
    const cluster = testCluster()
    const stopping = cluster.on('node5', 'service', 'pacemaker', 'stop')
    cluster.clock.advance(5_000)
    expect(await stopping).toMatchObject({ exitCode: 0 })
    cluster.control.stayAway('node5')
    expect(await cluster.on('node5', 'service', 'pacemaker', 'start')).toMatchObject({ exitCode: 0 })
    cluster.clock.advance(LONG)
    expect(word(cluster, 'node5')).toBe('OFFLINE')
  })

  it('a group that somebody stopped is stopped, and started when they take it back', () => {
    const cluster = testCluster()
    cluster.control.stopGroup('server1')
    cluster.settle()
    expect(parts(cluster, 'server1')).toBe('Stopped (disabled), Stopped (disabled), Stopped (disabled)')
    cluster.control.startGroup('server1')
    cluster.settle()
    expect(cluster.place('server1')).toBe('node2')
  })

  it('two halves: each says that the others are lost, and only the greater one has quorum; healed, nothing has happened', async () => {
    const cluster = testCluster()
    const before = mon(cluster)
    cluster.control.split(['node4', 'node5'])
    cluster.clock.advance(LONG)
    const [greater, lesser] = await Promise.all(
      ['node1', 'node5'].map(async node => (await cluster.on(node, 'crm_mon', '-1', '-r')).stdout),
    )
    expect(greater).toMatch(/Current DC: node1 .* - partition with quorum/)
    expect(greater).toContain('* Node node4: UNCLEAN (offline)')
    expect(lesser).toMatch(/Current DC: node4 .* - partition WITHOUT quorum/)
    expect(lesser).toContain('* Node node1: UNCLEAN (offline)')
    expect((await cluster.on('node5', 'crm_node', '-q')).stdout).toBe('0\n')
    expect(cluster.control.state().fencing).toEqual([])
    cluster.control.heal()
    cluster.settle()
    const still = (text: string) => text.replaceAll(/Last updated: .*/g, '')
    expect(still(mon(cluster))).toBe(still(before))
  })
})
