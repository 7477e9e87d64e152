import { beforeEach, describe, expect, it } from 'vitest'
import { startSimulatedWorld } from '../../lab/simulated/world.ts'
import { expectInOrder } from '../acceptance/reads.ts'
import { looksOften, stackStage } from '../support/stack-stage.ts'
import { changesSince, place } from './pacemaker-looks.ts'

const RUN_MS = 180_000

const stage = stackStage(folder => startSimulatedWorld({ name: 'pvfs-pacemaker', folder, pace: 0.02 }), looksOften)
const control = () => stage().world.control

let seen = 0
const orders = () => changesSince(control(), seen)

beforeEach(() => {
  control().restore()
  seen = control().calls().length
})

describe('every runbook of Pacemaker, carried out on the model', { timeout: RUN_MS }, () => {
  it('status and verify cib find nothing wrong with a sound cluster, and change nothing', async () => {
    const { transcript } = await stage().succeeds('status')
    expect(transcript).not.toContain(' ⚠ ')
    await stage().succeeds('verify cib')
    expect(orders()).toEqual([])
  })

  it('failover takes a group to the spare and leaves no constraint behind, migrate brings it home', async () => {
    const { transcript } = await stage().succeeds('failover server2')
    expectInOrder(transcript, [
      'nothing else moves',
      'Moves server2 (address, filesystem, daemon) from node3 to node5.',
    ])
    expect(place(control(), 'server2')).toBe('node5')
    await stage().succeeds('migrate server2 to node3')
    expect(place(control(), 'server2')).toBe('node3')
    expect(orders()).toEqual([
      'crm_resource --move --resource server2 --node node5',
      'crm_resource --clear --resource server2',
      'crm_resource --move --resource server2 --node node3',
      'crm_resource --clear --resource server2',
    ])
    expect(control().cibText()).not.toContain('cli-')
  })

  it('clear removes what an earlier move left, and a group that nothing binds has nothing to clear', async () => {
    control().addPrefer('server2', 'node5')
    await control().until(({ settled }) => settled && place(control(), 'server2') === 'node5', {
      what: 'server2 on node5',
      timeoutMs: 30_000,
    })
    const { transcript } = await stage().succeeds('clear server2')
    expect(transcript).toContain('Removes from server2: cli-prefer-server2.')
    expect(orders()).toEqual(['crm_resource --clear --resource server2'])
    expect(control().cibText()).not.toContain('cli-')

    const again = await stage().carryOut('clear server2')
    expect(again.outcome).toBe('failed')
    expect(again.transcript).toContain('✗ bound  An earlier move left a constraint on the group')
    expect(orders()).toHaveLength(1)
  })

  it('cleanup keeps what failed in its transcript, and the cluster forgets it', async () => {
    control().addFailure('server2_daemon', 'node3', 'no answer')
    await control().until(({ settled, picture }) => settled && picture.failures.length > 0, {
      what: 'a failure on record',
      timeoutMs: 30_000,
    })
    const { transcript } = await stage().succeeds('cleanup server2')
    expectInOrder(transcript, [
      "server2_daemon 60s-interval monitor on node3 returned 'error' (no answer)",
      'Forgets of server2: server2_daemon monitor on node3 (no answer)',
    ])
    expect(orders()).toEqual(['crm_resource --cleanup --resource server2'])
    expect(control().state().picture.failures).toEqual([])
  })

  it('standby empties a node, and unstandby lets it run groups again', async () => {
    const { transcript } = await stage().succeeds('standby node3')
    expect(transcript).toContain('Puts node3 in standby: it gives up server2.')
    expect(place(control(), 'server2')).toBe('node5')
    await stage().succeeds('unstandby node3')
    expect(control().state().picture.nodes[2]).toMatchObject({ name: 'node3', standby: false })
    expect(orders()).toEqual(['crm_standby --node node3 --update on', 'crm_standby --node node3 --delete'])
  })

  it('maintenance on leaves every group alone, maintenance off shows what would happen and takes them back', async () => {
    await stage().succeeds('maintenance on')
    expect((await stage().carryOut('failover server2')).outcome).toBe('failed')
    const { transcript } = await stage().succeeds('maintenance off')
    expect(transcript).toContain('Nothing: every group is as the cluster wants it.')
    expect(orders()).toEqual([
      'crm_attribute --type crm_config --name maintenance-mode --update true',
      'crm_attribute --type crm_config --name maintenance-mode --update false',
    ])
  })

  it('fence cuts the power of a node, and waits until what ran there runs again', async () => {
    const { transcript, state } = await stage().succeeds('fence node3')
    expectInOrder(transcript, ['CUTS THE POWER of node3 (online) now', 'Dies there unsaved: server2.', ' successful'])
    expect(state.gates.at(-1)?.confirm).toBe('node3')
    expect(orders()).toEqual(['stonith_admin --reboot node3 --timeout 120 --tolerance 60s'])
    expect(control().state().fencing).toMatchObject([{ target: 'node3', status: 'success' }])
    expect(place(control(), 'server2')).not.toContain('node3')
  })

  it('restart pacemaker takes node by node, the spare first and the controller last, each back before the next', async () => {
    await stage().succeeds('restart pacemaker')
    const turns = orders().filter(line => / pacemaker st(?:op|art)$/.test(line))
    expect(turns).toEqual(
      ['node5', 'node2', 'node3', 'node4', 'node1'].flatMap(node => [
        `${node}: service pacemaker stop`,
        `${node}: service pacemaker start`,
      ]),
    )
    expect(
      control()
        .state()
        .picture.nodes.every(({ online, standby }) => online && !standby),
    ).toBe(true)
    for (const group of ['server0', 'server1', 'server2', 'server3'])
      expect(place(control(), group)).toMatch(/^node\d$/)
  })
})

describe('a configuration of Pacemaker with a fault in it', { timeout: RUN_MS }, () => {
  it('verify cib finds that no fence device is left, and that every node has the same fault', async () => {
    control().deleteFenceDevices()
    const { outcome, transcript, state } = await stage().carryOut('verify cib')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('Errors found during check: config not valid')
    expect(state.steps['same']?.outcome).toBe('succeeded')
  })

  it('verify cib finds the one node whose copy is another', async () => {
    control().differ('node4', 'no-quorum-policy', 'ignore')
    const { outcome, transcript } = await stage().carryOut('verify cib')
    expect(outcome).toBe('failed')
    expectInOrder(transcript, ['node4: exit 1: differs from ', ', the digest of version 0.57'])
    expect(orders()).toEqual([])
  })
})
