import { describe, expect, it } from 'vitest'
import { PVFS } from '../../lab/simulated/heartbeat-crm/pvfs.ts'
import { startHeartbeatCrmWorld } from '../../lab/simulated/heartbeat-crm/world.ts'
import { expectInOrder } from '../acceptance/reads.ts'
import { hurried, stackStage } from '../support/stack-stage.ts'
import { changesSince, place } from './heartbeat-crm-looks.ts'

const RUN_MS = 180_000

const pvfs = () => stackStage(folder => startHeartbeatCrmWorld(PVFS, { folder, pace: 0.02 }), hurried('15s'))

// What ends unknown holds its cluster until somebody has looked: each has one of its own.
describe('a node of the PVFS cluster that does not come back', { timeout: RUN_MS }, () => {
  const stage = pvfs()
  const control = () => stage().world.control

  it('ends the restart there: it is not known why, and the others are left alone', async () => {
    control().neverRejoins('node5')
    const { outcome, transcript } = await stage().carryOut('restart heartbeat')
    expect(outcome).toBe('unknown')
    expectInOrder(transcript, ['node5: It is a member again', 'unknown', 'it is not known what happened'])
    const done = control()
      .calls()
      .filter(({ argv }) => /^st(?:art|op)$/.test(argv[1] ?? ''))
    expect(done.map(({ node, argv }) => `${node} ${argv[1]}`)).toEqual(['node5 stop', 'node5 start'])
    expect(control().state().members).toEqual(['node1', 'node2', 'node3', 'node4'])
  })
})

describe('a group of the PVFS cluster that does not get away', { timeout: RUN_MS }, () => {
  const stage = pvfs()
  const control = () => stage().world.control

  it('a stop that fails while its node cannot be fenced: it is not known how it ends, and nothing follows', async () => {
    control().failStop('server2_fs')
    control().failFencing('node3')
    const { outcome, transcript } = await stage().carryOut('failover server2')
    expect(outcome).toBe('unknown')
    expectInOrder(transcript, [
      'If it will not stop, node3 is power-reset: fencing is on.',
      'it is not known what happened',
    ])
    expect(changesSince(control(), 0)).toEqual(['crm_resource -M -r server2 -H node1'])
    expect(place(control(), 'server2')).toBe('node3')
    expect(control().state().resets).toEqual({})
  })
})
