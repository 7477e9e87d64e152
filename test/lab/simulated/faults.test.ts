import { describe, expect, it } from 'vitest'
import { testCluster } from './pacemaker/cluster.ts'

describe('the model when things go wrong', () => {
  it('fences nothing when the time limit has a unit, as 2.1.5 does', async () => {
    const { control, on } = testCluster()
    const { exitCode, stderr } = await on('node1', 'stonith_admin', '--reboot', 'node3', '--timeout', '120s')
    expect(exitCode).toBe(64)
    expect(stderr).toContain('Cannot parse integer value “120s” for --timeout')
    expect(control.state().fencing).toEqual([])
  })

  it('believes a person who says that a node is down: it is clean, its group starts elsewhere, and nothing is done to it', async () => {
    const { control, settle, place, on } = testCluster()
    control.failFencing('node3')
    control.hangNode('node3')
    settle()
    expect(place('server2')).toBe('node3')
    expect(await on('node1', 'stonith_admin', '--confirm', 'node3')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    settle()
    expect(place('server2')).toBe('node5')
    const { stdout } = await on('node1', 'stonith_admin', '--history', 'node3', '--verbose')
    expect(stdout).toContain('off of node3 successful: delegate=a human, client=stonith_admin.4711, origin=node1')
    // What makes it dangerous: two write to one filesystem.
    expect(control.state().running).toMatchObject({
      node3: expect.arrayContaining(['server2_fs']),
      node5: expect.arrayContaining(['server2_fs']),
    })
  })

  it('brings a group home when its target cannot start it, and keeps the failure on record', async () => {
    const { control, settle, place, on } = testCluster()
    control.failNextStart('server2_daemon', 'node5', 'port 3334 in use')
    await on('node1', 'crm_resource', '--move', '-r', 'server2', '--node', 'node5')
    settle()
    expect(place('server2')).toBe('node3')
    const { picture } = control.state()
    expect(picture.failures).toMatchObject([
      { resource: 'server2_daemon', node: 'node5', task: 'start', rc: 1, reason: 'port 3334 in use' },
    ])
    expect(picture.nodes.find(node => node.name === 'node5')?.failCounts).toEqual({ server2_daemon: 1_000_000 })
    expect((await on('node1', 'crm_mon', '-1')).stdout).toContain(
      "* server2_daemon start on node5 returned 'error' (port 3334 in use) at ",
    )
  })

  it('forgets failures on cleanup, and goes where it was sent in the first place', async () => {
    const { control, clock, settle, place, on } = testCluster()
    control.failNextStart('server2_daemon', 'node5', 'port 3334 in use')
    await on('node1', 'crm_resource', '--move', '-r', 'server2', '--node', 'node5')
    settle()
    const cleaning = on('node1', 'crm_resource', '--cleanup', '-r', 'server2_daemon')
    clock.advance(400)
    const { stdout, exitCode } = await cleaning
    expect(exitCode).toBe(0)
    expect(stdout).toContain('Cleaned up server2_daemon on node5\n')
    expect(stdout).toMatch(/\.\.\. got reply \(done\)\n$/)
    settle()
    expect(control.state().picture.failures).toEqual([])
    expect(place('server2')).toBe('node5')
  })

  it('recovers a part whose monitor failed where it is, with the parts that stand on it', () => {
    const { control, settle, place } = testCluster()
    control.addFailure('server2_daemon', 'node3', 'no answer')
    settle()
    expect(place('server2')).toBe('node3')
    expect(control.state().picture.nodes[2]?.failCounts).toEqual({ server2_daemon: 1 })
    expect(control.state().picture.failures).toMatchObject([
      { resource: 'server2_daemon', node: 'node3', task: 'monitor', reason: 'no answer' },
    ])
  })

  it('fences the node on which a stop failed, and starts the group elsewhere only then', () => {
    const { control, clock, settle, place } = testCluster()
    control.failStop('server2_fs', 'target is busy')
    control.addPrefer('server2', 'node5')
    clock.advance(4_000)
    expect(control.state().picture.nodes[2]).toMatchObject({ name: 'node3', online: true, unclean: true })
    expect(control.state().running['node5']).not.toContain('server2_address')
    control.mendStop('server2_fs')
    settle()
    expect(control.state().fencing).toMatchObject([{ target: 'node3', status: 'success' }])
    expect(place('server2')).toBe('node5')
  })

  it('moves nothing from a lost node as long as its fencing fails, and tries again', () => {
    const { control, clock, settle, place } = testCluster()
    control.failFencing('node3', 'No route to host')
    control.killNode('node3')
    clock.advance(30_000)
    const { fencing, running } = control.state()
    expect(fencing.filter(event => event.status === 'failed').length).toBeGreaterThan(1)
    expect(place('server2')).toBe('node3')
    expect(Object.values(running).flat()).not.toContain('server2_fs')
    control.mendFencing('node3')
    settle()
    clock.advance(15_000)
    settle()
    expect(place('server2')).toBe('node5')
  })

  it('loses quorum with three of five nodes: nothing is fenced, nothing started', async () => {
    const { control, clock, on, place } = testCluster()
    for (const node of ['node3', 'node4', 'node5']) control.killNode(node)
    clock.advance(60_000)
    expect((await on('node1', 'crm_mon', '-1')).stdout).toContain('partition WITHOUT quorum')
    expect((await on('node1', 'crm_node', '-q')).stdout).toBe('0\n')
    expect((await on('node2', 'corosync-quorumtool', '-s')).exitCode).toBe(2)
    expect(control.state().fencing).toEqual([])
    expect(place('server0')).toBe('node1')
    expect(place('server2')).toBe('node3')
    expect(Object.values(control.state().running).flat()).not.toContain('server2_fs')
  })

  it('elects another controller when the first is lost', async () => {
    const { control, clock, on } = testCluster()
    expect((await on('node4', 'crmadmin', '-D')).stdout).toBe('Designated Controller is: node1\n')
    control.killNode('node1')
    clock.advance(3_500)
    expect((await on('node4', 'crmadmin', '-D')).stdout).toBe('Designated Controller is: node2\n')
  })

  it('does nothing at all in maintenance mode, not even for a lost node', () => {
    const { control, clock, place } = testCluster()
    control.setMaintenance(true)
    clock.advance(1_000)
    control.killNode('node3')
    clock.advance(60_000)
    expect(control.state().fencing).toEqual([])
    expect(place('server2')).toBe('node3')
  })

  it('answers on a node whose cluster is not up like the real tools without a cluster', async () => {
    const { control, clock, on } = testCluster()
    control.killNode('node5')
    clock.advance(1_000)
    const refused =
      'error: Could not connect to launcher: Connection refused\ncrm_mon: Connection to cluster failed: Connection refused\n'
    expect(await on('node5', 'crm_mon', '-1')).toEqual({ exitCode: 102, stdout: '', stderr: refused })
    expect(await on('node5', 'crm_resource', '--clear', '-r', 'server2')).toMatchObject({ exitCode: 102 })
    expect(await on('node5', 'crm_simulate', '-L', '-S')).toMatchObject({ exitCode: 66 })
  })

  it('refuses to move what is active twice, and repairs it when it may', async () => {
    const { control, settle, place, on } = testCluster()
    control.hold(true)
    control.activeTwice('server2_fs', 'node5')
    expect(place('server2')).toBe('node3,node5')
    expect((await on('node1', 'crm_resource', '--move', '-r', 'server2_fs', '--node', 'node1')).exitCode).toBe(109)
    control.hold(false)
    settle()
    expect(place('server2')).toBe('node3')
  })

  it('raises the epoch for configuration and num_updates for status', () => {
    const { control, clock, settle } = testCluster()
    const [, epoch = '', updates = ''] = control.state().version.split('.')
    control.addBan('server1', 'node5')
    expect(control.state().version).toBe(`0.${Number(epoch) + 1}.0`)
    control.addFailure('server1_daemon', 'node2', 'no answer')
    clock.advance(10)
    expect(control.state().version.startsWith(`0.${Number(epoch) + 1}.`)).toBe(true)
    expect(Number(control.state().version.split('.')[2])).toBeGreaterThan(0)
    expect(Number(updates)).toBeGreaterThan(0)
    settle()
  })
})
