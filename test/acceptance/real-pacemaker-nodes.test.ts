import { expect, it } from 'vitest'
import { until } from '../../lab/real/until.ts'
import { startSimulatedWorld } from '../../lab/simulated/world.ts'
import { describeReal } from '../lab/real/describe-real.ts'
import { expectNothingLeft, holdersOf, realStage, whereRuns } from '../lab/real/real-stage.ts'
import { expectSameTale, taleOf } from '../lab/real/same-tale.ts'
import { looksOften, stackStage } from '../support/stack-stage.ts'

const TEST_MS = 240_000
const HAPPENS_MS = 120_000

/** When the node's turn comes where a group went, it moves once more, perhaps back. */
const AGAIN = '[stopping] > [starting] > [started at home] > [started away]'

describeReal('nodes of real Pacemaker that go and come back', { timeout: TEST_MS }, () => {
  const stage = realStage({ stack: 'pacemaker', fencing: true })
  const model = stackStage(folder => startSimulatedWorld({ name: 'pvfs-pacemaker', folder, pace: 0.1 }), looksOften)

  async function on(node: string, script: string): Promise<string> {
    return (await stage().world.inspect(node, script)).stdout
  }
  const bootId = async (node: string) => await on(node, 'cat /proc/sys/kernel/random/boot_id')
  const daemons = async (node: string) => await on(node, 'pidof pacemakerd corosync')
  /** The group of the lab and the group of the model that are watched, each where it runs now. */
  async function watched() {
    return {
      real: { group: 'server1', home: await whereRuns(stage().world, 'server1') },
      simulated: { group: 'server2', home: await whereRuns(model().world, 'server2') },
    }
  }

  it('the power of a node is cut over IPMI: it boots, joins again, and its groups run meanwhile, as on the model', async () => {
    const { real, simulated } = await watched()
    const { home } = real
    const before = await bootId(home)

    const tale = await taleOf(stage(), `fence ${home}`, real)

    expect(tale.transcript).toContain(`reboot of ${home} successful`)
    await until({ what: `${home} to be a member again`, limitMs: HAPPENS_MS }, async () => {
      const list = await on('node1', 'crm_mon -1')
      return list.includes('Online: [ node1 node2 node3 ]') ? undefined : list
    })
    await on('node1', 'crm_resource --wait --timeout=60s')
    const after = await bootId(home)
    expect(after).toMatch(/^[0-9a-f-]{36}\n$/)
    expect(after).not.toBe(before)
    expect(await holdersOf(stage().world, 'server1')).toHaveLength(1)
    expect(await on('node1', `stonith_admin --history ${home}`)).not.toContain('pending')
    expectSameTale(await taleOf(model(), `fence ${simulated.home}`, simulated), tale, {
      group: 'started at home > [stopping] > [starting] > started away',
      node: 'online > [unclean (online)] > [unclean (offline)] > offline > [pending] > [online]',
    })
  })

  it('the daemons are restarted node by node, and every group goes on running, as on the model', async () => {
    const { nodes } = stage().world
    const before = await Promise.all(nodes.map(async ({ name }) => await daemons(name)))
    const { real, simulated } = await watched()

    const tale = await taleOf(stage(), 'restart pacemaker', real)

    const after = await Promise.all(nodes.map(async ({ name }) => await daemons(name)))
    for (const [index, ids] of after.entries()) {
      expect(ids).toMatch(/^\d+ \d+\n$/)
      expect(ids).not.toBe(before[index])
    }
    for (const group of ['server0', 'server1', 'server2']) {
      expect(await holdersOf(stage().world, group), group).toHaveLength(1)
    }
    expectSameTale(await taleOf(model(), 'restart pacemaker', simulated), tale, {
      group: `started at home > [stopping] > [starting] > started away > ${AGAIN} > ${AGAIN}`,
      // Without Pacemaker, and Corosync still there, it is pending on its way out.
      node: 'online > standby > [pending] > [offline] > [pending] > [standby] > online',
    })
  })

  it('nothing of the lab is left behind when it ends', async () => {
    await expectNothingLeft(stage().world)
  })
})
