import { describe, expect, it } from 'vitest'
import { startEvms } from '../../lab/simulated/heartbeat/evms.ts'
import { expectInOrder } from '../acceptance/reads.ts'
import { hurried, stackStage } from '../support/stack-stage.ts'

// Slow enough for the node to be seen gone before it has booted, on a busy computer too.
const PACE = 0.2
const TEST_MS = 180_000

describe('the power of a node of EVMS under Heartbeat', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startEvms({ folder, pace: PACE }), hurried('60s'))

  it('fence cuts it from the other node, with the password in a file, and waits until that one serves everything', async () => {
    const { world } = stage()
    const { transcript } = await stage().succeeds('fence n1')
    const cuts = world.control.calls().filter(({ argv }) => argv.includes('reset'))
    expect(cuts.map(({ node, argv }) => `${node}: ${argv.join(' ').replace(/-F \S+/, '-F FILE')}`)).toEqual([
      'n2: stonith -t external/ipmi -F FILE -T reset n1',
    ])
    expect(world.control.calls().flatMap(({ argv }) => argv)).not.toContain('dg-board-1')
    expect(transcript).not.toContain('dg-board-1')
    expectInOrder(transcript, [
      'CUTS THE POWER of n1 (online) now',
      'Dies there unsaved: dg1.',
      'expect two resets',
      'evms_failover::dg2 running',
    ])
    await world.control.until(
      ({ n1, n2 }) => n1?.running === true && n2?.sees === 'active' && n2.rscstatus === 'all',
      'n1 back, n2 with everything',
    )
  })

  it('a device that does not cut it is a failure that says so, and nothing follows', async () => {
    const { world } = stage()
    world.control.failFencing('n1', true)
    const { outcome, transcript } = await stage().carryOut('fence n1')
    world.control.failFencing('n1', false)
    expect(outcome).toBe('failed')
    expect(transcript).toContain('Unable to establish IPMI')
    expect(world.control.state()).toMatchObject({ n1: { running: true }, n2: { rscstatus: 'all' } })
  })

  it('the only healthy node is not fenced, and a node that Heartbeat does not know neither', async () => {
    const { world } = stage()
    world.control.stopHeartbeat('n1')
    await world.control.until(({ n1 }) => n1?.running === false, 'n1 stopped')
    expect(await stage().refusal('fence n2')).toContain(
      'There is no healthy node of evms besides n2 to carry this out.',
    )
    expect(await stage().refusal('fence n3')).toContain('n3')
    expect(world.control.state()['n2']).toMatchObject({ running: true, rscstatus: 'all' })
  })
})
