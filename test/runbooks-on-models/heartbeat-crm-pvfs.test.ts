import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { PVFS, shippedExample } from '../../lab/simulated/heartbeat-crm/pvfs.ts'
import { startHeartbeatCrmWorld } from '../../lab/simulated/heartbeat-crm/world.ts'
import { looksOften, stackStage } from '../support/stack-stage.ts'
import { changesSince, place } from './heartbeat-crm-looks.ts'

const RUN_MS = 120_000
const CIB = '/var/lib/heartbeat/crm/cib.xml'

const stage = stackStage(folder => startHeartbeatCrmWorld(PVFS, { folder, pace: 0.02 }), looksOften)
const control = () => stage().world.control

/** The lab takes paths of a cluster for its own, also those inside a text that is copied. */
const elsewhere = (text: string) => text.replaceAll('="/', '="/srv/')

let seen = 0
const orders = () => changesSince(control(), seen)

beforeEach(() => {
  control().restore()
  seen = control().calls().length
})

describe('the runbooks of Heartbeat 2.1.3 on the PVFS cluster, on the model', { timeout: RUN_MS }, () => {
  it('a failover whose stop hangs ends in a power reset of its node, and the group arrives all the same', async () => {
    control().hangStop('server2_fs')
    const { transcript } = await stage().carryOut('failover server2')
    expect(transcript).toContain('Moves server2 (address, filesystem, daemon) from node3 to node1.')
    expect(transcript).toContain('If it will not stop, node3 is power-reset: fencing is on.')
    expect(orders()[0]).toBe('crm_resource -M -r server2 -H node1')
    await control().until(({ resets }) => resets['node3'] === 1, 'node3 power-reset')
    await control().until(() => place(control(), 'server2') === 'node1', 'server2 on node1')
  })

  it('migrate takes a group to the node that is named, and leaves no constraint behind', async () => {
    const { transcript } = await stage().succeeds('migrate server2 to node5')
    expect(transcript).toContain('Undo: migrate server2 to node3.')
    expect(orders()).toEqual(['crm_resource -M -r server2 -H node5', 'crm_resource -U -r server2'])
    expect(place(control(), 'server2')).toBe('node5')
  })

  it('a node that does not exist is no target, and cannot be fenced or put in standby', async () => {
    for (const text of ['migrate server2 to node9', 'fence node9', 'standby node9'])
      expect(await stage().refusal(text)).toContain('No node "node9" in pvfs.')
    expect(orders()).toEqual([])
  })

  it('storage that is mounted on another node stops a move before anybody is asked, and verify pvfs names it', async () => {
    control().mountTwice('server2_fs', 'node4')
    const { outcome, transcript } = await stage().carryOut('failover server2')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('/san_mount2 is mounted on node4, although server2_fs runs on node3')
    const verified = await stage().carryOut('verify pvfs')
    expect(verified.outcome).toBe('failed')
    expect(verified.transcript).toContain('CORRUPTION: /san_mount2 (label2) is mounted on node4')
    control().unmount('server2_fs', 'node4')
    await stage().succeeds('verify pvfs')
    expect(orders()).toEqual([])
  })

  it('verify pvfs: all is well but for the node without a fence device', async () => {
    const { transcript } = await stage().succeeds('verify pvfs')
    expect(transcript).toContain('⚠ covered  Every node has a fence device')
    expect(transcript).toContain('virtual4 answers')
    expect(transcript).toContain('node4 at 192.168.0.13: Chassis Power is on')
    expect(transcript).not.toContain('password ')
  })

  it('verify cib finds the defects of the example: two closing tags too many, and five nodes with four fence devices', async () => {
    control().write('node4', CIB, shippedExample())
    control().own('node2', CIB, 'root:root')
    control().differ('node3', 'no-quorum-policy', 'ignore')
    control().remove('node2', '/usr/lib/ocf/resource.d/external/Filesystem')
    const { outcome, transcript } = await stage().carryOut('verify cib')
    expect(outcome).toBe('failed')
    expect(transcript).toMatch(
      /cib\.xml:\d+: parser error : Opening and ending tag mismatch: group line \d+ and primitive/,
    )
    expect(transcript).toContain('or starts with an EMPTY configuration.')
    expect(transcript).toContain('node2: cib.xml is root:root 600 and must be hacluster:haclient 600.')
    expect(transcript).toContain('node3 differs from node[1-2,4-5]')
    expect(transcript).toContain(
      '/usr/lib/ocf/resource.d/external/Filesystem is not there or not executable on node2: server0_fs cannot start there',
    )
    expect(transcript).toContain('node5: no fence device of the configuration names it')
    expect(orders()).toEqual([])
  })

  it('verify cib has nothing to say where every node has a device', async () => {
    control().useMeatware('node5')
    const { transcript } = await stage().succeeds('verify cib')
    expect(transcript).toContain('fencing is on, and every node has a device: node1 node2 node3 node4 node5')
  })

  it('fence cuts the power, sees the node gone and its group elsewhere; the password is nowhere to be read', async () => {
    const { transcript } = await stage().succeeds('fence node2')
    expect(transcript).toContain('CUTS THE POWER of node2 (online) now')
    expect(transcript).toContain('expect two resets')
    expect(orders()).toEqual(['stonith -t external/ipmi -F FILE -T reset node2'])
    expect(transcript).not.toMatch(/passwd=|password$/m)
    expect(control().state().resets).toEqual({ node2: 2 })
    expect(place(control(), 'server1')).not.toBe('node2')
  })

  it('a node whose board does not answer is not fenced, nor one without a device', async () => {
    control().failFencing('node2')
    const mute = await stage().carryOut('fence node2')
    expect(mute.outcome).toBe('failed')
    expect(mute.transcript).toContain('Unable to establish LAN session')
    const bare = await stage().carryOut('fence node5')
    expect(bare.outcome).toBe('failed')
    expect(bare.transcript).toContain('✗ covered  A fence device covers the node')
    expect(orders()).toEqual([])
  })

  it('the only healthy member is not fenced', async () => {
    const others = ['node2', 'node3', 'node4', 'node5']
    await stage().world.inspect('node1', others.map(node => `crm_standby -U ${node} -v on`).join('; '))
    await control().until(({ settled }) => settled && place(control(), 'server3') === 'node1', 'everything on node1')
    const { outcome, transcript } = await stage().carryOut('fence node1')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('✗ survivor  Another healthy member is there to cut the power and to take over')
    expect(orders().filter(line => !line.startsWith('crm_standby'))).toEqual([])
  })

  it('a lost node that cannot be fenced: its group is not moved, and it is said that the cluster waits', async () => {
    control().failFencing('node2')
    control().killNode('node2')
    await control().until(({ members }) => !members.includes('node2'), 'node2 missed')
    const said = await stage().refusal('failover server1')
    expect(said).toContain('server1 was on node2, and node2 is')
    expect(said).toContain('this is not a failover a person can ask for')
    expect(place(control(), 'server1')).toBe('node2')
    expect(orders()).toEqual([])
  })

  it('a node that the cluster waits for and that answers is not off, whatever the cluster thinks of it', async () => {
    control().useMeatware('node2')
    control().loseTouch('node2')
    await control().until(({ meatware }) => meatware.includes('node2'), 'the plugin waiting for node2')
    const { outcome, transcript } = await stage().carryOut('fence-acknowledge node2')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('node2 answers: it is not off')
    expect(orders()).toEqual([])
    expect(place(control(), 'server1')).toBe('node2')
  })

  it('fence-acknowledge: refused for a node nobody waits for; with power read off two people free the cluster', async () => {
    const early = await stage().carryOut('fence-acknowledge node2')
    expect(early.outcome).toBe('failed')
    expect(early.transcript).toContain('✗ pending  The cluster waits until this node is fenced')

    control().useMeatware('node2')
    control().killNode('node2')
    await control().until(({ meatware }) => meatware.includes('node2'), 'the plugin waiting for node2')
    const { transcript, state } = await stage().succeeds('fence-acknowledge node2')
    expect(transcript).toContain('power: off')
    expect(transcript).toContain('YOU ASSERT THAT node2 IS POWERED OFF')
    expect(state.gates.at(-1)?.count).toBeGreaterThanOrEqual(2)
    expect(orders()).toEqual(['meatclient -c node2'])
    expect(place(control(), 'server1')).not.toBe('node2')
  })

  it('a partition is said, with who sees what, and nothing is planned', async () => {
    control().split(['node4', 'node5'])
    const { outcome, state } = await stage().carryOut('failover server2')
    expect(outcome).toBe('errored')
    expect(state.finished?.summary).toContain('node5 sees DC node4')
    expect(state.finished?.summary).toContain('split brain suspected in pvfs')
    expect(orders()).toEqual([])
  })

  it('a crm_mon that never returns, and one that fails with exit code 0, are no readings; the other nodes are believed', async () => {
    control().hangCrmMon('node2', true)
    control().failQuery('node3', true)
    const { state } = await stage().succeeds('status')
    const { readFrom } = state.status ?? { readFrom: [] }
    expect(readFrom).toEqual(['node1', 'node4', 'node5'])
  })

  it('where crm_mon never returns on any node, nothing is planned', async () => {
    for (const { name } of stage().world.nodes) control().hangCrmMon(name, true)
    const { outcome, state } = await stage().carryOut('failover server2')
    expect(outcome).toBe('errored')
    expect(state.finished?.summary).toContain('node1')
    expect(orders()).toEqual([])
  })

  it('install cib: refused while heartbeat runs; on stopped nodes the new file is everywhere, the old one kept', async () => {
    const folder = join(stage().folder, 'files')
    await mkdir(folder, { recursive: true })
    const old = control().read('node1', CIB)
    await writeFile(join(folder, 'cib.xml'), elsewhere(old.replaceAll('value="200"', 'value="300"')))
    const early = await stage().carryOut('install cib')
    expect(early.outcome).toBe('failed')
    expect(early.transcript).toContain('✗ stopped  Heartbeat is stopped on every node')

    control().stopEverywhere()
    for (const { name } of stage().world.nodes) control().write(name, `${CIB}.sig`, 'stale')
    const { transcript, state } = await stage().succeeds('install cib')
    expect(transcript).toContain('REPLACES THE WHOLE CONFIGURATION of pvfs on all 5 nodes')
    expect(state.gates.at(-1)?.count).toBe(2)
    for (const { name } of stage().world.nodes) {
      expect(control().read(name, CIB)).toContain('value="300"')
      expect(control().read(name, `${CIB}.sig`)).toBe('')
      expect(control().read(name, '/var/lib/heartbeat/crm.before/cib.xml')).toBe(old)
      expect(control().read(name, '/var/lib/heartbeat/crm.before/cib.xml.sig')).toBe('stale')
    }
  })

  it('install cib: a file that is no XML never takes the place of the old one', async () => {
    const folder = join(stage().folder, 'files')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'cib.xml'), elsewhere(shippedExample()))
    control().stopEverywhere()
    const old = control().read('node1', CIB)
    const { outcome, transcript } = await stage().carryOut('install cib')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('parser error : Opening and ending tag mismatch')
    for (const { name } of stage().world.nodes) expect(control().read(name, CIB)).toBe(old)
  })
})
