import { describe, expect, it } from 'vitest'
import { EVMS_HA_CF, type HeartbeatWorld, startEvms } from '../../lab/simulated/heartbeat/evms.ts'
import { expectInOrder } from '../acceptance/reads.ts'
import { hurried, stackStage } from '../support/stack-stage.ts'

const PACE = 0.02
const TEST_MS = 180_000

function standbys({ control }: HeartbeatWorld): number {
  return control.calls().filter(({ argv }) => /hb_(?:standby|takeover)$/.test(argv[0] ?? '')).length
}

describe('what stands against a move is found before anybody is asked to approve it', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startEvms({ folder, pace: PACE }), hurried('15s'))
  const control = () => stage().world.control

  it('somebody has started a disk-group on the other node: Heartbeat does not know it, the script does', async () => {
    control().startedByHand('evms_failover::dg2', 'n2')
    const { outcome, transcript } = await stage().ended(await stage().ask('failover dg1'))
    control().stoppedByHand('evms_failover::dg2', 'n2')
    expect(outcome).toBe('failed')
    expectInOrder(transcript, ['evms_failover::dg2 is running on n2, where Heartbeat says stopped'])
    expect(standbys(stage().world)).toBe(0)
  })

  it('the nodes do not have the same haresources: the cluster is not settled, and the move waits for somebody', async () => {
    const before = control().read('n2', '/etc/ha.d/haresources')
    control().write('n2', '/etc/ha.d/haresources', before.replace(' evms_failover::dg2', ''))
    const { outcome, transcript } = await stage().ended(await stage().ask('failover dg1'))
    control().write('n2', '/etc/ha.d/haresources', before)
    expect(outcome).toBe('failed')
    expect(transcript).toContain('n1 and n2 do not have the same ha.cf and haresources')
  })

  it('the CRM is on: the configuration names the wrong stack', async () => {
    for (const node of ['n1', 'n2']) control().write(node, '/etc/ha.d/ha.cf', `${EVMS_HA_CF}crm yes\n`)
    const asked = [await stage().carryOut('failover dg1'), await stage().carryOut('standby n1')]
    for (const node of ['n1', 'n2']) control().write(node, '/etc/ha.d/ha.cf', EVMS_HA_CF)
    for (const { outcome, transcript } of asked) {
      expect(outcome).toBe('errored')
      expect(transcript).toContain(
        'n1 is set up for heartbeat-crm, and the configuration says "stack: heartbeat" for evms.',
      )
    }
    expect(standbys(stage().world)).toBe(0)
  })

  it('the other node is dead: nobody can take it, and that is what is said', async () => {
    control().stopHeartbeat('n2')
    await control().until(({ n1 }) => n1?.sees === 'dead' && n1.rscstatus === 'all', 'n2 gone')
    expect(await stage().refusal('failover dg1')).toContain('No other node of evms can take dg1 now.')
    control().startHeartbeat('n2')
    await control().until(({ n1, n2 }) => n1?.sees === 'active' && n2?.rscstatus === 'none', 'n2 back')
  })
})

describe('a Heartbeat that would not heed it', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startEvms({ folder, pace: PACE }), hurried('15s'))

  it('is found before anybody is asked: without auto_failback it ignores hb_standby', async () => {
    const { control } = stage().world
    for (const node of ['n2', 'n1']) {
      control.write(node, '/etc/ha.d/ha.cf', EVMS_HA_CF.replace('auto_failback off', 'auto_failback legacy'))
      control.stopHeartbeat(node)
      await control.until(state => state[node]?.running === false, `${node} stopped`)
      control.startHeartbeat(node)
      await control.until(({ n1, n2 }) => n1?.sees === 'active' && n2?.sees === 'active', `${node} back`)
    }
    const { outcome, transcript } = await stage().ended(await stage().ask('failover dg1'))
    expect(outcome).toBe('failed')
    expectInOrder(transcript, ['auto_failback is legacy in ha.cf: Heartbeat would ignore hb_standby without a word.'])
    expect(standbys(stage().world)).toBe(0)
  })
})

describe('a group that nobody owns', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startEvms({ folder, pace: PACE }), hurried('15s'))

  it('is not handed over, for nobody can give it; a node that does not exist is no target either', async () => {
    expect(await stage().refusal('migrate dg1 to n3')).toContain('No node "n3" in evms.')
    stage().world.control.disown()
    expect(await stage().refusal('failover dg1')).toContain('dg1')
    expect(standbys(stage().world)).toBe(0)
  })
})

describe('nodes that cannot hear each other', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startEvms({ folder, pace: PACE }), hurried('15s'))

  it('are not touched: who owns what stands in what is said', async () => {
    const { control } = stage().world
    control.split()
    await control.until(({ n1, n2 }) => n1?.rscstatus === 'all' && n2?.rscstatus === 'all', 'both with everything')
    const { outcome, transcript } = await stage().ended(await stage().ask('failover dg1'))
    expect(outcome).toBe('errored')
    expectInOrder(transcript, [
      'n1 and n2 run Heartbeat and call each other dead, and both own dg1: split brain in evms.',
      'owns it',
    ])
    expect(standbys(stage().world)).toBe(0)
  })
})
