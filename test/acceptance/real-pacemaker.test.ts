import { expect, it } from 'vitest'
import { until } from '../../lab/real/until.ts'
import { startSimulatedWorld } from '../../lab/simulated/world.ts'
import { describeReal } from '../lab/real/describe-real.ts'
import { expectNothingLeft, realStage, whereRuns } from '../lab/real/real-stage.ts'
import { expectSameTale, taleOf } from '../lab/real/same-tale.ts'
import { looksOften, stackStage } from '../support/stack-stage.ts'

const TEST_MS = 240_000
const HAPPENS_MS = 120_000

/** Not one more monitor of one name and interval on a resource: the schema allows it, Pacemaker does not. */
const TWO_ALIKE =
  '<primitive id="server1_daemon"><operations><op id="planted" name="monitor" interval="5s" timeout="30s"/></operations></primitive>'

describeReal('on real Pacemaker with real fencing', { timeout: TEST_MS }, () => {
  const stage = realStage({ stack: 'pacemaker', fencing: true })
  const hurried = stackStage(folder => startSimulatedWorld({ name: 'pvfs-pacemaker', folder, pace: 0.1 }), looksOften)
  const model = stackStage(folder => startSimulatedWorld({ name: 'pvfs-pacemaker', folder, pace: 0.5 }))

  async function on(node: string, script: string): Promise<string> {
    return (await stage().world.inspect(node, script)).stdout
  }
  const settle = async () => await on('node1', 'crm_resource --wait --timeout=60s')

  it('a failover and a standby go the same way on the model: statuses, steps and outcome', async () => {
    // Slow enough that no look misses it; the resources of the model take about a second each.
    await on('node1', 'crm_resource --resource server1_daemon --set-parameter op_sleep --parameter-value 3')
    await settle()

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
    await on('node1', 'crm_resource --resource server1_daemon --delete-parameter op_sleep')
    await settle()
  })

  it('in maintenance a resource that died stays dead; out of it the cluster starts it again', async () => {
    const here = { group: 'server1', home: await whereRuns(stage().world, 'server1') }
    const simulated = { group: 'server2', home: 'node3' }
    const alone = { group: 'started at home', node: 'online' }
    const on1 = await taleOf(stage(), 'maintenance on', here)
    expectSameTale(await taleOf(hurried(), 'maintenance on', simulated), on1, alone)
    expect(await on('node2', 'crm_mon -1')).toContain('Resource management is DISABLED')
    await on('node1', 'rm /run/Dummy-server0_daemon.state')

    const off = await taleOf(stage(), 'maintenance off', here)

    expectSameTale(await taleOf(hurried(), 'maintenance off', simulated), off, alone)
    expect(await on('node2', 'crm_mon -1')).not.toContain('DISABLED')
    expect(await on('node1', 'ls /run/Dummy-server0_daemon.state')).not.toBe('')
  })

  it('a failed resource is cleaned up: what failed is kept in the transcript and forgotten by the cluster', async () => {
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

    const { control } = hurried().world
    control.addFailure('server0_daemon', 'node1', 'it died')
    await control.until(({ settled }) => settled, { what: 'the model to start it again', timeoutMs: HAPPENS_MS })

    const group = { group: 'server0', home: 'node1' }
    const real = await taleOf(stage(), 'cleanup server0', group)

    expectSameTale(await taleOf(hurried(), 'cleanup server0', group), real, {
      group: 'started at home > [starting] > [started at home]',
      node: 'online',
    })
    expect(real.transcript).toContain(failed)
    expect(await on('node3', 'crm_mon -1')).not.toContain(failed)
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
