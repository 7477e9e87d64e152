import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startEvms } from '../../lab/simulated/heartbeat/evms.ts'
import { startOpengfs } from '../../lab/simulated/heartbeat/opengfs.ts'
import { PVFS } from '../../lab/simulated/heartbeat-crm/pvfs.ts'
import { startHeartbeatCrmWorld } from '../../lab/simulated/heartbeat-crm/world.ts'
import { startHaLvm } from '../../lab/simulated/rgmanager/ha-lvm.ts'
import { HA_LVM_CONF, HA_LVM_LVM_CONF } from '../../lab/simulated/rgmanager/ha-lvm-conf.ts'
import { startSimulatedWorld } from '../../lab/simulated/world.ts'
import { expectInOrder } from '../acceptance/reads.ts'
import { stackStage } from '../support/stack-stage.ts'

const PACE = 0.02
const TEST_MS = 180_000

/** Ids of the steps that failed. */
function failed(transcript: string): string[] {
  return transcript.split('\n').flatMap(line => / ✗ (\w+) /.exec(line)?.[1] ?? [])
}

describe('what differs between nodes under Pacemaker', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startSimulatedWorld({ name: 'pvfs-pacemaker', folder, pace: PACE }))

  it('nothing does in a sound cluster; then corosync.conf and the CIB of one node each, told with who and in what', async () => {
    await stage().succeeds('diff')

    const file = join(stage().folder, 'world/nodes/node2/.root/etc/corosync/corosync.conf')
    const before = await readFile(file, 'utf8')
    await writeFile(file, `# of the night shift\n${before.replace('192.168.0.103', '192.168.0.133')}`)
    stage().world.control.differ('node4', 'no-quorum-policy', 'ignore')
    const { outcome, transcript } = await stage().carryOut('diff')
    expect(outcome).toBe('failed')
    expect(failed(transcript)).toEqual(['corosync', 'cib'])
    expectInOrder(transcript, ['node2 differs from node[1,3-5]', '+ring0_addr: 192.168.0.133'])
    expectInOrder(transcript, ['node4 differs from node[1-3,5]', 'name="no-quorum-policy" value="ignore"'])
    expect(transcript).not.toContain('+# of the night shift')
  })
})

describe('what differs between nodes under Heartbeat with its CRM', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startHeartbeatCrmWorld(PVFS, { folder, pace: PACE }))
  const control = () => stage().world.control

  it('nothing does in a sound cluster; then ha.cf, the CIB and the key of one node each', async () => {
    control().restore()
    await stage().succeeds('diff')

    const haCf = control().read('node2', '/etc/ha.d/ha.cf')
    control().write('node2', '/etc/ha.d/ha.cf', haCf.replace('deadtime 10', 'deadtime  30 # why not'))
    control().differ('node3', 'no-quorum-policy', 'ignore')
    control().write('node4', '/etc/ha.d/authkeys', 'auth 1\n1 sha1 the-key-of-another-cluster\n')
    const { outcome, transcript } = await stage().carryOut('diff')
    expect(outcome).toBe('failed')
    expect(failed(transcript)).toEqual(['ha_cf', 'cib', 'authkeys'])
    expectInOrder(transcript, ['node2 differs from node[1,3-5]', '-deadtime 10', '+deadtime 30'])
    expectInOrder(transcript, ['node3 differs from node[1-2,4-5]', 'name="no-quorum-policy" value="ignore"'])
    expectInOrder(transcript, ['node4 differs from node[1-3,5]', '-mode 600', '+mode 644'])
    expect(transcript).not.toContain('the-key-of-another-cluster')
    expect(transcript).not.toContain('"password"')
  })
})

describe('what differs between nodes under Heartbeat with haresources', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startEvms({ folder, pace: PACE }))
  const control = () => stage().world.control

  it('nothing does in a sound cluster; then each file, the password of a fence device alone, and what runs', async () => {
    await stage().succeeds('diff')

    const files = ['ha.cf', 'haresources', 'authkeys'].map(name => `/etc/ha.d/${name}`)
    const before = new Map(files.map(file => [file, control().read('n2', file)] as const))
    const change = (name: string, from: string, to: string) => {
      const text = before.get(`/etc/ha.d/${name}`) ?? ''
      control().write('n2', `/etc/ha.d/${name}`, text.replace(from, to))
    }
    change('ha.cf', 'deadtime 30', 'deadtime 10')
    change('haresources', 'dg2', 'dg3')
    change('authkeys', '0f3a9c', 'another-key')
    const all = await stage().carryOut('diff')
    expect(all.outcome).toBe('failed')
    expect(failed(all.transcript)).toEqual(['ha_cf', 'haresources', 'authkeys', 'running'])
    expectInOrder(all.transcript, ['n2 differs from n1', '-deadtime 30', '+deadtime 10'])
    expectInOrder(all.transcript, ['n2 differs from n1', '+n1 evms_failover::dg1 evms_failover::dg3'])
    expectInOrder(all.transcript, ['n2 differs from n1', '-mode 600, root:root', '+mode 644, root:root'])
    expect(all.transcript).toContain('deadtime is 10 in ha.cf of n2, and Heartbeat runs with 30')
    expect(all.transcript).not.toContain('another-key')

    for (const [file, text] of before) control().write('n2', file, text, file.endsWith('authkeys') ? 0o600 : 0o644)
    change('ha.cf', 'n1 192.168.5.11 haops dg-board-1', 'n1 192.168.5.11 haops dg-board-2')
    const one = await stage().carryOut('diff')
    expect(failed(one.transcript)).toEqual(['ha_cf'])
    expectInOrder(one.transcript, [
      'n2 differs from n1',
      'external/ipmi n1 192.168.5.11 ***** ********** ******* (password A, not shown)',
      'external/ipmi n1 192.168.5.11 ***** ********** ******* (password B, not shown)',
    ])
    expect(one.transcript).not.toContain('dg-board')
  })
})

describe('what differs between nodes by design', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startOpengfs({ folder, pace: PACE }))

  it('is no difference: the own address in the mount of OpenGFS, that of the peer in ucast, comments and spaces', async () => {
    const { control } = stage().world
    for (const [node, peer] of [
      ['fred', '192.168.1.2'],
      ['barney', '192.168.1.1'],
    ] as const)
      control.write(node, '/etc/ha.d/ha.cf', `# ${node}\n${control.read(node, '/etc/ha.d/ha.cf')}ucast  eth1 ${peer}\n`)
    await stage().succeeds('diff')
  })
})

describe('what differs between nodes under rgmanager', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startHaLvm({ folder, pace: PACE }))
  const control = () => stage().world.control

  it('nothing does in a sound cluster; then cluster.conf against the other node and what runs, and a setting of LVM', async () => {
    await stage().succeeds('diff')

    control().writeFile(
      'serv-0002',
      '/etc/cluster/cluster.conf',
      HA_LVM_CONF.replace('config_version="2"', 'config_version="3"')
        .replace('<logging debug="on"/>', '<!-- by hand -->\n  <logging debug="off"/>')
        .replace('passwd="ADMIN" name="ipmirecover2"', 'passwd="bdmin" name="ipmirecover2"'),
    )
    control().writeFile('serv-0002', '/etc/lvm/lvm.conf', HA_LVM_LVM_CONF.replace('use_lvmetad = 0', 'use_lvmetad = 1'))
    const { outcome, transcript } = await stage().carryOut('diff')
    expect(outcome).toBe('failed')
    expect(failed(transcript)).toEqual(['cluster_conf', 'running', 'lvm_conf'])
    expectInOrder(transcript, ['serv-0002 differs from serv-0001', 'config_version="3"', '+<logging debug="off"/>'])
    expectInOrder(transcript, ['(password A, not shown)', '(password B, not shown)'])
    expect(transcript).toContain('cluster.conf is version 3 and cman runs version 2')
    expectInOrder(transcript, ['serv-0002 differs from serv-0001', '-use_lvmetad=0', '+use_lvmetad=1'])
    expect(transcript).not.toMatch(/bdmin|passwd="A/)
    expect(transcript).not.toContain('+<!-- by hand')
  })

  it('a volume list that names each node itself is the same', async () => {
    for (const node of ['serv-0001', 'serv-0002']) {
      control().writeFile(node, '/etc/cluster/cluster.conf', HA_LVM_CONF)
      const list = `activation {\n    volume_list = [ "root_vg", "@${node}" ]\n}\n`
      control().writeFile(node, '/etc/lvm/lvm.conf', HA_LVM_LVM_CONF + list)
    }
    const { transcript } = await stage().succeeds('diff')
    expect(transcript).toContain('"@(this node)"')
  })
})
