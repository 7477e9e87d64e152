import { beforeEach, describe, expect, it } from 'vitest'
import { startHeartbeatCrmWorld } from '../../lab/simulated/heartbeat-crm/world.ts'
import { XEN } from '../../lab/simulated/heartbeat-crm/xen.ts'
import { looksOften, stackStage } from '../support/stack-stage.ts'
import { changesSince, place } from './heartbeat-crm-looks.ts'

const RUN_MS = 120_000

const stage = stackStage(folder => startHeartbeatCrmWorld(XEN, { folder, pace: 0.02 }), looksOften)
const control = () => stage().world.control

let seen = 0
const orders = () => changesSince(control(), seen)

beforeEach(() => {
  control().restore()
  seen = control().calls().length
})

describe('the runbooks of Heartbeat 2 with its CRM on two Xen hosts, on the model', { timeout: RUN_MS }, () => {
  it('status and verify xen find nothing that must be mended, and say what the page of that cluster leaves open', async () => {
    await stage().succeeds('status')
    const { transcript } = await stage().succeeds('verify xen')
    expect(transcript).toContain('⚠ fencing  Fencing is on; without it')
    expect(transcript).toContain('one ucast line for one peer and no other way')
    expect(transcript).toContain('autojoin any: every machine with the key may join the cluster')
    expect(orders()).toEqual([])
  })

  it('verify xen finds a domU on two hosts, one outside of the cluster, and one that does not run; not a live migration', async () => {
    control().addDomain('migrating-domu01', 'dom0-2', '--p---')
    control().addDomain('domu02--incoming', 'dom0-1', '--p---')
    control().addDomain('domu01', 'dom0-2', '---s--')
    await stage().succeeds('verify xen')

    control().addDomain('domu02', 'dom0-1', '-b----')
    control().addDomain('mail 1', 'dom0-2', 'r-----')
    const { outcome, transcript } = await stage().carryOut('verify xen')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('CRITICAL: domu02 runs on dom0-1, and the cluster runs it on another host')
    expect(transcript).toContain('mail 1 runs on dom0-2 and is no resource of the cluster')

    control().removeDomain('domu02', 'dom0-1')
    control().removeDomain('mail 1', 'dom0-2')
    await stage().succeeds('verify xen')
    expect(orders()).toEqual([])
  })

  it('failover takes a domU to the other host and leaves no constraint behind', async () => {
    const { transcript } = await stage().succeeds('failover domu01')
    expect(transcript).toContain('Moves domu01 (virtual machine) from dom0-1 to dom0-2.')
    expect(orders()).toEqual(['crm_resource -M -r domu01 -H dom0-2', 'crm_resource -U -r domu01'])
    expect(place(control(), 'domu01')).toBe('dom0-2')
  })

  it('an exit code of 0 with "Error performing operation" is not believed: failed, and nothing done afterwards', async () => {
    control().deafToMoves(true)
    const { outcome, transcript } = await stage().carryOut('migrate domu01 to dom0-2')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('Error performing operation: dom0-2 is not a known node')
    expect(orders()).toEqual(['crm_resource -M -r domu01 -H dom0-2'])
    expect(place(control(), 'domu01')).toBe('dom0-1')
  })

  it('a start that fails on the target is a failed move; clear removes the constraint, cleanup the failure', async () => {
    control().failStart('domu01', 'dom0-2')
    const { outcome, transcript, state } = await stage().carryOut('migrate domu01 to dom0-2')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('domu01 start on dom0-2')
    expect(state.finished?.leftBehind.join(' ')).toContain('cli-prefer-domu01')
    expect(orders()).toEqual(['crm_resource -M -r domu01 -H dom0-2'])

    const cleared = await stage().succeeds('clear domu01')
    expect(cleared.transcript).toContain('Removes from domu01: cli-prefer-domu01.')
    control().mendStart('domu01', 'dom0-2')
    const cleaned = await stage().succeeds('cleanup domu01')
    expect(cleaned.transcript).toContain('domu01_start_0 (node=dom0-2')
    expect(orders().slice(-2)).toEqual(['crm_failcount -D -r domu01 -U dom0-2', 'crm_resource -C -r domu01 -H dom0-2'])
    expect(place(control(), 'domu01')).toBe('dom0-1')
  })

  it('a stop that fails while fencing is off blocks the group: failed, and it says so', async () => {
    control().failStop('domu01')
    const { outcome, transcript } = await stage().carryOut('migrate domu01 to dom0-2')
    expect(transcript).toContain('domu01 stays blocked until someone repairs it: fencing is off')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('domu01 is blocked on dom0-1')
    expect(orders()).toEqual(['crm_resource -M -r domu01 -H dom0-2'])
  })

  it('standby empties a host, unstandby lets it run groups again', async () => {
    const standby = await stage().succeeds('standby dom0-1')
    expect(standby.transcript).toContain('it gives up domu01')
    expect(place(control(), 'domu01')).toBe('dom0-2')
    await stage().succeeds('unstandby dom0-1')
    expect(orders()).toEqual(['crm_standby -U dom0-1 -v on', 'crm_standby -D -U dom0-1'])
  })

  it('maintenance on leaves every group alone, maintenance off takes them back', async () => {
    await stage().succeeds('maintenance on')
    expect((await stage().carryOut('failover domu01')).outcome).toBe('failed')
    await stage().succeeds('maintenance off')
    expect(orders()).toEqual([
      'crm_attribute -t crm_config -n is-managed-default -v false',
      'crm_attribute -t crm_config -n is-managed-default -v true',
    ])
  })

  it('restart heartbeat goes to one host after the other, the controller last, and waits for each', async () => {
    await stage().succeeds('restart heartbeat')
    const calls = control().calls().slice(seen)
    const order = calls
      .filter(call => /^st(?:op|art)$/.test(call.argv[1] ?? ''))
      .map(call => `${call.argv[1]} ${call.node}`)
    expect(order).toEqual(['stop dom0-2', 'start dom0-2', 'stop dom0-1', 'start dom0-1'])
    expect(control().state().members).toEqual(['dom0-1', 'dom0-2'])
  })
})
