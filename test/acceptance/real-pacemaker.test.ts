import { expect, it } from 'vitest'
import { until } from '../../lab/real/until.ts'
import { startSimulatedWorld } from '../../lab/simulated/world.ts'
import { describeReal } from '../lab/real/describe-real.ts'
import { expectNothingLeft, holdersOf, realStage } from '../lab/real/real-stage.ts'
import { expectSameTale, taleOf } from '../lab/real/same-tale.ts'
import { stackStage } from '../support/stack-stage.ts'

const TEST_MS = 240_000
const HAPPENS_MS = 60_000

/** Not one more monitor of one name and interval on a resource: the schema allows it, Pacemaker does not. */
const TWO_ALIKE =
  '<primitive id="server1_daemon"><operations><op id="planted" name="monitor" interval="5s" timeout="30s"/></operations></primitive>'

describeReal('on real Pacemaker with real fencing', { timeout: TEST_MS }, () => {
  const stage = realStage({ stack: 'pacemaker', fencing: true })
  const model = stackStage(folder => startSimulatedWorld({ name: 'pvfs-pacemaker', folder, pace: 0.5 }))

  async function on(node: string, script: string): Promise<string> {
    return (await stage().world.inspect(node, script)).stdout
  }
  const bootId = async (node: string) => await on(node, 'cat /proc/sys/kernel/random/boot_id')
  const daemons = async (node: string) => await on(node, 'pidof pacemakerd corosync')

  it('a failover and a standby go the same way on the model: statuses, steps and outcome', async () => {
    // Slow enough that no look misses it; the resources of the model take about a second each.
    await on('node1', 'crm_resource --resource server1_daemon --set-parameter op_sleep --parameter-value 3')
    await on('node1', 'crm_resource --wait --timeout=60s')

    for (const [verb, real, simulated] of [
      ['failover', { group: 'server1', home: 'node2' }, { group: 'server2', home: 'node3' }],
      ['standby', { group: 'server1', home: 'node3' }, { group: 'server2', home: 'node5' }],
    ] as const) {
      const text = ({ group, home }: { group: string; home: string }) => `${verb} ${verb === 'standby' ? home : group}`
      // One after the other: both at once leave a small computer no time to look.
      expectSameTale(await taleOf(model(), text(simulated), simulated), await taleOf(stage(), text(real), real))
    }
    const { outcome, transcript } = await stage().carryOut('unstandby node3')
    expect(outcome, transcript).toBe('succeeded')
    await on(
      'node1',
      'crm_resource --resource server1_daemon --delete-parameter op_sleep; crm_resource --wait --timeout=60s',
    )
  })

  it('the power of a node is cut over IPMI: it boots, joins again, and its groups run meanwhile', async () => {
    const before = await bootId('node2')

    const { outcome, transcript } = await stage().carryOut('fence node2')

    expect(outcome, transcript).toBe('succeeded')
    expect(transcript).toContain('reboot of node2 successful')
    await until({ what: 'node2 to be a member again', limitMs: HAPPENS_MS }, async () => {
      const list = await on('node1', 'crm_mon -1')
      return list.includes('Online: [ node1 node2 node3 ]') ? undefined : list
    })
    const after = await bootId('node2')
    expect(after).toMatch(/^[0-9a-f-]{36}\n$/)
    expect(after).not.toBe(before)
    expect(await holdersOf(stage().world, 'server1')).toHaveLength(1)
  })

  it('in maintenance a resource that died stays dead; out of it the cluster starts it again', async () => {
    const on1 = await stage().carryOut('maintenance on')
    expect(on1.outcome, on1.transcript).toBe('succeeded')
    expect(await on('node2', 'crm_mon -1')).toContain('Resource management is DISABLED')
    await on('node1', 'rm /run/Dummy-server0_daemon.state')

    const off = await stage().carryOut('maintenance off')

    expect(off.outcome, off.transcript).toBe('succeeded')
    expect(await on('node2', 'crm_mon -1')).not.toContain('DISABLED')
    expect(await on('node1', 'ls /run/Dummy-server0_daemon.state')).not.toBe('')
  })

  it('a failed resource is cleaned up: what failed is kept in the transcript and forgotten by the cluster', async () => {
    const settle = async () => await on('node1', 'crm_resource --wait --timeout=60s')
    const failed = 'server0_daemon 5s-interval monitor on node1'
    // What the test before left on record would be taken for what happens now.
    await on('node1', 'crm_resource --cleanup --resource server0_daemon')
    await settle()
    expect(await on('node3', 'crm_mon -1')).not.toContain(failed)
    await on('node1', 'rm /run/Dummy-server0_daemon.state')
    await until({ what: 'the monitor to fail', limitMs: HAPPENS_MS }, async () => {
      const seen = await on('node3', 'crm_mon -1')
      return seen.includes(failed) && /server0_daemon\s.*Started node1/.test(seen) ? undefined : seen
    })
    await settle()

    const { outcome, transcript } = await stage().carryOut('cleanup server0')

    expect(outcome, transcript).toBe('succeeded')
    expect(transcript).toContain(failed)
    expect(await on('node3', 'crm_mon -1')).not.toContain(failed)
  })

  it('the daemons are restarted node by node, and every group goes on running', async () => {
    const { nodes } = stage().world
    const before = await Promise.all(nodes.map(async ({ name }) => await daemons(name)))

    const { outcome, transcript } = await stage().carryOut('restart pacemaker')

    expect(outcome, transcript).toBe('succeeded')
    const after = await Promise.all(nodes.map(async ({ name }) => await daemons(name)))
    for (const [index, ids] of after.entries()) {
      expect(ids).toMatch(/^\d+ \d+\n$/)
      expect(ids).not.toBe(before[index])
    }
    for (const group of ['server0', 'server1', 'server2']) {
      expect(await holdersOf(stage().world, group), group).toHaveLength(1)
    }
  })

  it('a fault planted in the configuration is found, and that every node has the same fault', async () => {
    const sound = await stage().carryOut('verify cib')
    expect(sound.outcome, sound.transcript).toBe('succeeded')
    await on(
      'node3',
      `cibadmin --modify --scope resources --allow-create --xml-text '<resources><group id="server1">${TWO_ALIKE}</group></resources>'`,
    )

    const { outcome, transcript, state } = await stage().carryOut('verify cib')

    expect(outcome, transcript).toBe('failed')
    expect(state.steps['valid']?.outcome).toBe('failed')
    expect(state.steps['same']?.outcome).toBe('succeeded')
    expect(transcript).toContain('planted')
  })

  it('nothing of the lab is left behind when it ends', async () => {
    await expectNothingLeft(stage().world)
  })
})
