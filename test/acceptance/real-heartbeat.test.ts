import { expect, it } from 'vitest'
import { until } from '../../lab/real/until.ts'
import { startEvms } from '../../lab/simulated/heartbeat/evms.ts'
import { describeReal } from '../lab/real/describe-real.ts'
import { expectNothingLeft, holdersOf, realStage } from '../lab/real/real-stage.ts'
import { expectSameTale, taleOf } from '../lab/real/same-tale.ts'
import { looksOften, stackStage } from '../support/stack-stage.ts'

const TEST_MS = 240_000
const HAPPENS_MS = 120_000

/** While the other node goes or comes, the two tell each other what they hold, and say "transition" for a moment. */
const QUIET = (where: string) => `started ${where} > [starting] > [started ${where}] > [starting] > [started ${where}]`

describeReal('on real Heartbeat with haresources', { timeout: TEST_MS }, () => {
  const stage = realStage({ stack: 'heartbeat', fencing: true })
  const model = stackStage(folder => startEvms({ folder }))
  const hurried = stackStage(folder => startEvms({ folder, pace: 0.1 }), looksOften)

  async function inside(node: string, script: string): Promise<string> {
    return (await stage().world.inspect(node, script)).stdout.trim()
  }

  async function onEach(script: string): Promise<string[]> {
    return await Promise.all(stage().world.nodes.map(async ({ name }) => await inside(name, script)))
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

  it('Heartbeat is restarted node by node, and the group runs on the node that was not restarted last, as on the model', async () => {
    const before = await onEach('cat /run/heartbeat.pid')

    const dg1 = { group: 'dg1', home: 'n2' }
    const real = await taleOf(stage(), 'restart heartbeat', dg1)

    const after = await onEach('cat /run/heartbeat.pid')
    for (const [index, pid] of after.entries()) {
      expect(pid).toMatch(/^\d+$/)
      expect(pid).not.toBe(before[index])
    }
    expect(await holdersOf(stage().world, 'dg1')).toEqual(['n1'])
    const moved = await hurried().carryOut('failover dg1')
    expect(moved.outcome, moved.transcript).toBe('succeeded')
    expectSameTale(await taleOf(hurried(), 'restart heartbeat', dg1), real, {
      group: `${QUIET('at home')} > [starting] > ${QUIET('away')}`,
      node: 'online > [pending] > [online] > offline > [pending] > online',
    })
  })

  it('the power of a node is cut over IPMI: the other takes over, the node boots and joins again, as on the model', async () => {
    const bootId = async () => await inside('n1', 'cat /proc/sys/kernel/random/boot_id')
    const before = await bootId()

    const dg1 = { group: 'dg1', home: 'n1' }
    const real = await taleOf(stage(), 'fence n1', dg1)

    expect(await holdersOf(stage().world, 'dg1')).toEqual(['n2'])
    await until({ what: 'n1 to be active again', limitMs: HAPPENS_MS }, async () => {
      const seen = await inside('n2', 'cl_status nodestatus n1')
      return seen === 'active' ? undefined : seen
    })
    const after = await bootId()
    expect(after).toMatch(/^[0-9a-f-]{36}$/)
    expect(after).not.toBe(before)
    expect(await holdersOf(stage().world, 'dg1')).toEqual(['n2'])
    // It had been told to reset it, and did so before it took over: the second of two resets.
    expect(await inside('n2', 'cat /var/log/ha-log')).toMatch(
      /node n1 now reset[\s\S]*Resources being acquired from n1/,
    )
    expectSameTale(await taleOf(hurried(), 'fence n1', dg1), real, {
      group: 'started at home > [unknown] > [starting] > started away',
      node: 'online > offline > [pending] > [online]',
    })
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
