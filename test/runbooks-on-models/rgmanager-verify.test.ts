import { beforeEach, describe, expect, it } from 'vitest'
import { startHaLvm } from '../../lab/simulated/rgmanager/ha-lvm.ts'
import { ARTICLE_CONF, HA_LVM_CONF } from '../../lab/simulated/rgmanager/ha-lvm-conf.ts'
import { looksOften, stackStage } from '../support/stack-stage.ts'

/** Several runs, on a computer that is busy with others. */
const RUN_MS = 180_000
const CONF = '/etc/cluster/cluster.conf'

const stage = stackStage(folder => startHaLvm({ folder, pace: 0.02 }), looksOften)
const control = () => stage().world.control

/** Orders that reached rgmanager and fenced since the last test. */
let seen = 0
function orders(): string[] {
  const changing = /^(?:clusvcadm (?!-S)|fence_node|fence_ack_manual|service \S+ st(?:art|op))/
  return control()
    .calls()
    .slice(seen)
    .map(call => call.argv.join(' '))
    .filter(line => changing.test(line))
}

beforeEach(() => {
  control().restore()
  seen = control().calls().length
})

describe('a configuration that is written in another way', { timeout: RUN_MS }, () => {
  it('with comments, single quotes and line breaks is understood alike', async () => {
    const other = HA_LVM_CONF.replace(
      '<fencedevices>',
      '<!-- <clusternode name="ghost"/> <lvm vg_name="gone" lv_name="gone"/> -->\n<fencedevices>',
    )
      .replaceAll('name="FS"', "name='FS'")
      .replaceAll(' device="/dev', '\n\tdevice="/dev')
    for (const node of ['serv-0001', 'serv-0002']) control().writeFile(node, CONF, other)
    await stage().succeeds('verify config')
    await stage().succeeds('verify ha-lvm')
  })
})

describe("the article's own defects are found", { timeout: RUN_MS }, () => {
  it('all of them by one verify config, each with what it would have caused', async () => {
    for (const node of ['serv-0001', 'serv-0002']) control().writeFile(node, CONF, ARTICLE_CONF)
    const { outcome, transcript } = await stage().carryOut('verify config')
    expect(outcome).toBe('failed')
    for (const words of [
      'serv-0001: <fence> is empty. When it is lost, fencing is tried for ever',
      'serv-0002: <fence> is empty.',
      'two_node is set and no node can be fenced: both halves of a split are quorate, and each takes the storage.',
      'fence device ipmirecover2: ipaddr "192.168.10" is no address',
      'cluster.conf names the volume ha-lv of shared_vg; there is ha_lv. Two different names: its service cannot start.',
      'cluster.conf is version 1 and cman runs version 2: the change was not made known',
    ])
      expect(transcript).toContain(words)
  })

  it('a boot that starts rgmanager before clvmd is found, on its node, with what comes of it', async () => {
    for (const name of ['S21cman', 'S24clvmd', 'S99rgmanager']) {
      control().writeFile('serv-0001', `/etc/rc3.d/${name}`, '')
      control().writeFile('serv-0002', `/etc/rc3.d/${name.replace('S99', 'S22')}`, '')
    }
    const { outcome, transcript } = await stage().carryOut('verify config')
    expect(outcome).toBe('failed')
    expect(transcript).toContain(
      'serv-0002 ! rgmanager starts before clvmd: its volumes cannot be activated, and its services fail at every boot.',
    )
    expect(transcript).not.toContain('serv-0001 ! rgmanager starts')
  })

  it('a cluster.conf that differs stops a move, and verify shows on which node', async () => {
    control().writeFile('serv-0002', CONF, HA_LVM_CONF.replace('recovery="relocate"', 'recovery="restart"'))
    const move = await stage().carryOut('failover serv')
    expect(move.outcome).toBe('failed')
    expect(move.transcript).toContain('cluster.conf differs: version 2 on serv-0001, version 2 on serv-0002')
    const { outcome, transcript } = await stage().carryOut('verify config')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('cluster.conf differs from the one with')
    expect(orders()).toEqual([])
  })

  it('a volume group that is not clustered and has no tag, and a locking type of one node alone', async () => {
    control().volumes.clustered = false
    control().writeFile('serv-0002', '/etc/lvm/lvm.conf', 'global {\n  locking_type = 1\n}\n')
    const held = await stage().carryOut('verify ha-lvm')
    expect(held.outcome).toBe('failed')
    expect(held.transcript).toContain('shared_vg is not clustered, and its tag is "" where "serv-0001" runs it')
    const config = await stage().carryOut('verify config')
    expect(config.transcript).toContain('locking_type=1 and no tag in activation/volume_list')
  })

  it('a volume group that is guarded by its owner as a tag is as good', async () => {
    Object.assign(control().volumes, { clustered: false, tag: 'serv-0001' })
    for (const node of ['serv-0001', 'serv-0002']) control().writeFile(node, '/etc/lvm/lvm.conf', tagged(node))
    await stage().succeeds('verify ha-lvm')
  })
})

function tagged(node: string): string {
  return `global {\n  locking_type = 1\n}\nactivation {\n  volume_list = ["VolGroup00", "@${node}"]\n}\n`
}
