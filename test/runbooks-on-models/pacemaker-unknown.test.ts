import { describe, expect, it } from 'vitest'
import { startSimulatedWorld } from '../../lab/simulated/world.ts'
import { expectInOrder } from '../acceptance/reads.ts'
import { hurried, stackStage } from '../support/stack-stage.ts'
import { changesSince, place } from './pacemaker-looks.ts'

const RUN_MS = 180_000
const HAPPENS = { timeoutMs: 60_000 }

const pvfs = () =>
  stackStage(folder => startSimulatedWorld({ name: 'pvfs-pacemaker', folder, pace: 0.02 }), hurried('15s'))

// What ends unknown holds its cluster until somebody has looked: each has one of its own.
describe('a group that does not get away', { timeout: RUN_MS }, () => {
  const stage = pvfs()
  const control = () => stage().world.control
  const orders = () => changesSince(control(), 0)

  it('a stop that hangs while its node cannot be fenced: it is not known how it ends, and nothing follows', async () => {
    control().hangStop('server2_fs')
    control().failFencing('node3', 'No route to host')
    const { outcome, transcript } = await stage().carryOut('failover server2')
    expect(transcript).toContain('If it will not stop, node3 is power-reset: fencing is on.')
    expect(outcome).toBe('unknown')
    expectInOrder(transcript, [
      'All of it runs there · unknown',
      'it is not known what happened',
      'server2 is failed on node3',
      'node3 is unclean (online): it has not been fenced',
    ])
    expect(orders()).toEqual(['crm_resource --move --resource server2 --node node5'])
    control().mendFencing('node3')
    await control().until(() => place(control(), 'server2') === 'node5', { what: 'server2 on node5', ...HAPPENS })
    expect(control().state().fencing.at(-1)).toMatchObject({ target: 'node3', status: 'success' })
  })
})

describe('a node that does not come back', { timeout: RUN_MS }, () => {
  const stage = pvfs()
  const control = () => stage().world.control
  const orders = () => changesSince(control(), 0)

  it('a node that does not join again ends the restart there, in standby, and the others are left alone', async () => {
    control().stayAway('node5')
    const { outcome, transcript, state } = await stage().carryOut('restart pacemaker')
    expect(outcome).toBe('unknown')
    expectInOrder(transcript, ['back', 'It is a member again', 'it is not known'])
    expect(state.finished?.leftBehind.join(' ')).toContain('standby')
    expect(orders()).toEqual([
      'crm_standby --node node5 --update on',
      'node5: service pacemaker stop',
      'node5: service corosync stop',
      'node5: service corosync start',
      'node5: service pacemaker start',
    ])
  })
})
