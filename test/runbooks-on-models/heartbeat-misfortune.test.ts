import { describe, expect, it } from 'vitest'
import { type HeartbeatWorld, startEvms } from '../../lab/simulated/heartbeat/evms.ts'
import { expectInOrder } from '../acceptance/reads.ts'
import { hurried, stackStage } from '../support/stack-stage.ts'

const PACE = 0.02
const TEST_MS = 180_000

function standbys({ control }: HeartbeatWorld): number {
  return control.calls().filter(({ argv }) => /hb_(?:standby|takeover)$/.test(argv[0] ?? '')).length
}

describe('a move that goes wrong', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startEvms({ folder, pace: PACE }), hurried('15s'))
  const control = () => stage().world.control

  it('was ignored by Heartbeat: it failed, nothing is different, and the log says why', async () => {
    control().ignoreStandby('n1', 'flux')
    const { outcome, transcript } = await stage().carryOut('failover dg1')
    control().ignoreStandby('n1', 'nothing')
    expect(outcome).toBe('failed')
    expectInOrder(transcript, [
      'Heartbeat on n1 did nothing: it still says "local" 15 s after hb_standby local.',
      'standby message [me] from n1 ignored.  Other side is in flux.',
      'dg1 runs on n1',
    ])
    expect(standbys(stage().world)).toBe(1)
  })

  it('a stop hangs: it is not known how it ends, and nothing follows', async () => {
    control().hangStop('evms_failover::dg1')
    const before = standbys(stage().world)
    const { outcome, state, transcript } = await stage().carryOut('failover dg1')
    expect(outcome).toBe('unknown')
    expectInOrder(transcript, ['dg1 moving', 'it is not known what happened'])
    expect(state.steps['running']?.executions ?? []).toEqual([])
    expect(standbys(stage().world)).toBe(before + 1)
  })
})

describe('a start that fails', { timeout: TEST_MS }, () => {
  // Half a minute until Heartbeat acts by itself: there must be time to look.
  const stage = stackStage(folder => startEvms({ folder, pace: 0.6 }), hurried('40s'))
  const control = () => stage().world.control

  it('a disk-group does not start there: it failed, and Heartbeat brings everything back by itself', async () => {
    control().failNextStart('evms_failover::dg2', 'n2')
    const before = standbys(stage().world)
    const { outcome, transcript } = await stage().carryOut('failover dg1')
    expect(outcome).toBe('failed')
    expect(transcript).toMatch(
      /Heartbeat hands everything back by itself 30 s later|new failure|not running|asked too early/,
    )
    expect(standbys(stage().world)).toBe(before + 1)
    await control().until(({ n1 }) => n1?.rscstatus === 'all', 'n1 with everything again')
    expect(control().state()['n1']?.resources).toEqual(['evms_failover::dg1', 'evms_failover::dg2'])
    expect(control().state()['n2']?.log.join('\n')).toContain(
      'CRIT: Giving up resources due to failure of evms_failover::dg2',
    )
  })
})

describe('a stop that fails', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startEvms({ folder, pace: PACE }), hurried('40s'))

  it('reboots its node, as the approval said it would; the other one takes over', async () => {
    const { control } = stage().world
    control.failStop('evms_failover::dg1')
    const { outcome, transcript } = await stage().carryOut('failover dg1')
    // It depends on when the node goes: before anything of it can be asked, or while the other takes over.
    expect(['unknown', 'succeeded']).toContain(outcome)
    expect(transcript).toContain('If a resource will not stop, n1 kills Heartbeat and reboots itself')
    await control.until(({ n2 }) => n2?.rscstatus === 'all', 'n2 with everything')
    expect(control.state()['n1']?.log.join('\n')).toContain('STOP failure')
  })
})
