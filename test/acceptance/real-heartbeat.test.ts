import { expect, it } from 'vitest'
import { startEvms } from '../../lab/simulated/heartbeat/evms.ts'
import { describeReal } from '../lab/real/describe-real.ts'
import { expectNothingLeft, holdersOf, realStage } from '../lab/real/real-stage.ts'
import { expectSameTale, taleOf } from '../lab/real/same-tale.ts'
import { stackStage } from '../support/stack-stage.ts'

const TEST_MS = 240_000

describeReal('on real Heartbeat with haresources', { timeout: TEST_MS }, () => {
  const stage = realStage({ stack: 'heartbeat', fencing: true })
  const model = stackStage(folder => startEvms({ folder }))

  async function onEach(script: string): Promise<string[]> {
    const { nodes, inspect } = stage().world
    return await Promise.all(nodes.map(async ({ name }) => (await inspect(name, script)).stdout.trim()))
  }

  it('status says what both nodes say, and what really runs there', async () => {
    const { outcome, transcript } = await stage().carryOut('status')

    expect(outcome, transcript).toBe('succeeded')
    expect(transcript).toMatch(/n1 │ evms_failover::dg1 running\n/)
    expect(transcript).toMatch(/n2 │ evms_failover::dg1 stopped\n/)
  })

  it('a failover moves the address that clients use, the same way as on the model: statuses, steps and outcome', async () => {
    expect(await holdersOf(stage().world, 'dg1')).toEqual(['n1'])
    // Slow enough that no look misses it.
    await onEach(
      "sed -i -e 's/) touch/) sleep 3; touch/' -e 's/) rm/) sleep 3; rm/' /etc/ha.d/resource.d/evms_failover",
    )

    const dg1 = { group: 'dg1', home: 'n1' }
    // One after the other: both at once leave a small computer no time to look.
    expectSameTale(await taleOf(model(), 'failover dg1', dg1), await taleOf(stage(), 'failover dg1', dg1))
    expect(await holdersOf(stage().world, 'dg1')).toEqual(['n2'])
    await onEach("sed -i 's/sleep 3; //' /etc/ha.d/resource.d/evms_failover")
  })

  it('Heartbeat is restarted node by node, and the group runs on the node that was not restarted last', async () => {
    const before = await onEach('cat /run/heartbeat.pid')

    const { outcome, transcript } = await stage().carryOut('restart heartbeat')

    expect(outcome, transcript).toBe('succeeded')
    const after = await onEach('cat /run/heartbeat.pid')
    for (const [index, pid] of after.entries()) {
      expect(pid).toMatch(/^\d+$/)
      expect(pid).not.toBe(before[index])
    }
    expect(await holdersOf(stage().world, 'dg1')).toEqual(['n1'])
  })

  it('a difference planted in haresources is found, and shown', async () => {
    const sound = await stage().carryOut('verify config')
    expect(sound.outcome, sound.transcript).toBe('succeeded')
    await stage().world.inspect('n2', 'sed -i s/dg1/dg2/ /etc/ha.d/haresources')

    const { outcome, transcript, state } = await stage().carryOut('verify config')

    expect(outcome, transcript).toBe('failed')
    const failed = Object.entries(state.steps).filter(([, step]) => step.outcome === 'failed')
    expect(failed.map(([id]) => id)).toEqual(['same_resources'])
    expect(transcript).toMatch(/[-+]n1 evms_failover::dg2/)
  })

  it('nothing of the lab is left behind when it ends', async () => {
    await expectNothingLeft(stage().world)
  })
})
