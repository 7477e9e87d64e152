import { describe, expect, it } from 'vitest'
import { type HeartbeatWorld, startEvms } from '../../lab/simulated/heartbeat/evms.ts'
import { expectInOrder } from '../acceptance/reads.ts'
import { hurried, stackStage } from '../support/stack-stage.ts'

const PACE = 0.02
const TEST_MS = 180_000

/** What a node was asked that changes it. */
function asked({ control }: HeartbeatWorld): string[] {
  const lines = control.calls().map(({ node, argv }) => `${node}: ${argv.join(' ')}`)
  return lines.filter(line => /hb_standby|init\.d\/heartbeat (?:stop|start|restart)/.test(line))
}

describe('the nodes of EVMS under Heartbeat', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startEvms({ folder, pace: PACE }), hurried('30s'))

  it('restart heartbeat takes the passive node first, empties the active one before it stops, and never uses restart', async () => {
    const { transcript } = await stage().succeeds('restart heartbeat')
    expect(asked(stage().world)).toEqual([
      'n2: /etc/init.d/heartbeat stop',
      'n2: /etc/init.d/heartbeat start',
      'n1: /usr/share/heartbeat/hb_standby all',
      'n1: /etc/init.d/heartbeat stop',
      'n1: /etc/init.d/heartbeat start',
    ])
    expect(transcript).toContain('Restarts Heartbeat on 2 nodes, one after the other')
    expect(stage().world.control.state()).toMatchObject({ n1: { rscstatus: 'none' }, n2: { rscstatus: 'all' } })
  })
})

describe('a node of EVMS under Heartbeat that does not come back', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startEvms({ folder, pace: PACE }), hurried('12s'))

  it('ends the restart there, and the other one is left alone', async () => {
    const { control } = stage().world
    control.mute('n2', true)
    const { outcome, transcript } = await stage().carryOut('restart heartbeat')
    expect(outcome).toBe('unknown')
    expect(asked(stage().world)).toEqual(['n2: /etc/init.d/heartbeat stop', 'n2: /etc/init.d/heartbeat start'])
    expectInOrder(transcript, ['Both nodes see each other again', 'it is not known what happened'])
    expect(control.state()['n1']).toMatchObject({
      rscstatus: 'all',
      resources: ['evms_failover::dg1', 'evms_failover::dg2'],
    })
  })
})
