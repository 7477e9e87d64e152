import { describe, expect, it } from 'vitest'
import { startEvms } from '../../lab/simulated/heartbeat/evms.ts'
import { startOpengfs } from '../../lab/simulated/heartbeat/opengfs.ts'
import { PVFS } from '../../lab/simulated/heartbeat-crm/pvfs.ts'
import { startHeartbeatCrmWorld } from '../../lab/simulated/heartbeat-crm/world.ts'
import { startHaLvm } from '../../lab/simulated/rgmanager/ha-lvm.ts'
import { type SimulatedWorld, startSimulatedWorld } from '../../lab/simulated/world.ts'
import type { World } from '../../lab/world.ts'
import { expectInOrder } from '../acceptance/reads.ts'
import { type Edit, type Ended, looksOften, stackStage } from '../support/stack-stage.ts'

const TEST_MS = 180_000

/** Asks often, and gives up waiting for clients that never come back. */
const impatient: Edit = text =>
  looksOften(text)
    .replaceAll(/(probe: .*\n *every: ).*/g, '$1200ms')
    .replace(/(measure: clients\n.*\n *timeout: ).*/, '$13s')

/** Slow enough that every move takes several requests. */
const WORLDS = {
  pacemaker: async (folder: string) =>
    withoutService(await startSimulatedWorld({ name: 'pvfs-pacemaker', folder, pace: 0.08 }), 'server3'),
  crm: async (folder: string) => withoutService(await startHeartbeatCrmWorld(PVFS, { folder, pace: 0.08 }), 'server3'),
  evms: async (folder: string) => await startEvms({ folder, pace: 0.35 }),
  opengfs: async (folder: string) => await startOpengfs({ folder, pace: 0.1 }),
  haLvm: async (folder: string) => await startHaLvm({ folder, pace: 0.25 }),
}

/** The same world, of which the inventory does not say where clients reach one group. */
function withoutService<W extends World>(world: W, group: string): W {
  const { service: _, ...rest } = world.cluster.groups[group] ?? {}
  return { ...world, cluster: { ...world.cluster, groups: { ...world.cluster.groups, [group]: rest } } }
}

/** Commands that change where something runs, with those that take it back. */
function moves(world: { control: SimulatedWorld['control'] | Pick<SimulatedWorld['control'], 'calls'> }): string[] {
  const moving = /^(?:crm_resource (?:--move|--clear|-M|-U)|clusvcadm (?!-S)|\S*\/hb_(?:standby|takeover))/
  return world.control
    .calls()
    .filter(({ cibFile }) => cibFile === '')
    .map(({ argv }) => argv.join(' '))
    .filter(line => moving.test(line))
}

/** A gap was seen, and everybody is told of it. */
function expectMeasured({ outcome, state, transcript }: Ended, there: string): void {
  expect(outcome, transcript).toBe('succeeded')
  const measured = state.steps['outage']?.measured
  expect(measured?.failed).toBeGreaterThan(0)
  expect(measured?.longestMs).toBeGreaterThan(0)
  expect(measured?.rounds).toBeGreaterThan(measured?.failed ?? 0)
  expect(
    measured?.gaps.every(({ fromMs, failedMs, toMs, open }) => fromMs <= failedMs && failedMs < toMs && !open),
  ).toBe(true)
  expect(state.finished?.summary).toMatch(/clients were without it for .* requests without an answer\)/)
  expect(state.finished?.summary).toContain(there)
  expect(state.finished?.leftBehind).toEqual([])
  expectInOrder(transcript, [
    'A DRILL: moves ',
    '▶ away.move',
    'clients were without it for',
    'first request without an answer: connection re',
    'answered again',
    '✓ restored',
  ])
}

/** Nobody was asked to approve anything. */
function expectNoGate({ outcome, state, transcript }: Ended): void {
  expect(outcome, transcript).toBe('failed')
  expect(state.gates).toEqual([])
}

describe('a drill under Pacemaker', { timeout: TEST_MS }, () => {
  const stage = stackStage(WORLDS.pacemaker, impatient)
  const control = () => stage().world.control

  it('moves the group, measures how long clients were without it, and leaves nothing behind', async () => {
    const ended = await stage().succeeds('drill server2')
    expectMeasured(ended, 'server2 runs on node5')
    expectInOrder(ended.transcript, ['If it will not stop, node3 is power-reset', 'Undo: migrate server2 to node3.'])
    expect(moves(stage().world)).toEqual([
      'crm_resource --move --resource server2 --node node5',
      'crm_resource --clear --resource server2',
    ])
  })

  it('a group of which the inventory names no address is refused before anybody is asked, and it says what to add', async () => {
    const before = moves(stage().world)
    const ended = await stage().carryOut('drill server3')
    expectNoGate(ended)
    expect(ended.state.finished?.summary).toContain('(groups.<group>.service in ha.yaml)')
    expect(moves(stage().world)).toEqual(before)
  })

  it('a group that clients do not reach now is not moved: it says where it was looked for, and why there was no answer', async () => {
    const before = moves(stage().world)
    control().cutOff('server1', true)
    const ended = await stage().carryOut('drill server1')
    control().cutOff('server1', false)
    expectNoGate(ended)
    expect(ended.state.finished?.summary).toMatch(/127\.0\.0\.1:\d+ does not answer: connection refused/)
    expect(moves(stage().world)).toEqual(before)
  })

  it('clients that do not come back are said, although the cluster sees all of it run; the way back is offered, not taken', async () => {
    const before = moves(stage().world).length
    const ended = await stage().carryOut('drill server0 to node2', async run => {
      await stage().until(run, ({ steps }) => steps['away.move']?.outcome === 'succeeded', 'the move')
      control().cutOff('server0', true)
    })
    control().cutOff('server0', false)
    expect(ended.outcome, ended.transcript).toBe('failed')
    expect(ended.state.finished?.summary).toMatch(
      /did not answer 5 times in a row within 3\.0 s: connection refused[\s\S]*server0 runs on node2/,
    )
    expect(ended.state.finished?.summary).toContain('clients are still without it')
    expect(ended.transcript).toMatch(/undo +offered: \/ha migrate server0 to node1/)
    expect(ended.state.steps['restored']?.outcome).toBeUndefined()
    expect(moves(stage().world).slice(before)).toEqual([
      'crm_resource --move --resource server0 --node node2',
      'crm_resource --clear --resource server0',
    ])
  })

  it('a start that fails on the target ends it: what failed is said, the constraint is named, nothing follows', async () => {
    const before = moves(stage().world).length
    control().failNextStart('server1_daemon', 'node5', 'no such device')
    const ended = await stage().carryOut('drill server1 to node5')
    expect(ended.outcome, ended.transcript).toBe('failed')
    expect(ended.state.finished?.summary).toContain('server1_daemon start on node5: "no such device"')
    expect(ended.state.finished?.next.join('\n')).toContain('/ha clear server1')
    expect(ended.state.finished?.leftBehind).not.toEqual([])
    expect(moves(stage().world).slice(before)).toEqual(['crm_resource --move --resource server1 --node node5'])
  })
})

describe('a drill under Heartbeat 2 with its CRM', { timeout: TEST_MS }, () => {
  const stage = stackStage(WORLDS.crm, impatient)
  const control = () => stage().world.control

  it('asks the board of the node first, moves the group, and measures how long clients were without it', async () => {
    const ended = await stage().succeeds('drill server2')
    expectMeasured(ended, 'server2 runs on node1')
    expectInOrder(ended.transcript, ['Chassis Power is on', '127.0.0.1:', 'answers', 'A DRILL: moves server2'])
    expect(ended.transcript).not.toMatch(/passwd=|password$/m)
    expect(moves(stage().world)).toEqual(['crm_resource -M -r server2 -H node1', 'crm_resource -U -r server2'])
  })

  it('is refused where fencing could not help, and where no address is known', async () => {
    const before = moves(stage().world)
    control().failFencing('node2')
    const mute = await stage().carryOut('drill server1')
    control().mendFencing('node2')
    expectNoGate(mute)
    expect(mute.transcript).toContain('Unable to establish LAN session')
    const unfenced = await stage().carryOut('drill server0 to node5')
    expectNoGate(unfenced)
    expect(unfenced.transcript).toContain('✗ fencing  Fencing is on and covers both nodes')
    const unknown = await stage().carryOut('drill server3')
    expectNoGate(unknown)
    expect(unknown.state.finished?.summary).toContain('(groups.<group>.service in ha.yaml)')
    expect(moves(stage().world)).toEqual(before)
  })
})

describe('a drill under Heartbeat with haresources', { timeout: TEST_MS }, () => {
  const stage = stackStage(WORLDS.evms, impatient)

  it('hands the group over, measures how long clients were without it, and both nodes hold what they should', async () => {
    const ended = await stage().succeeds('drill dg1')
    expectMeasured(ended, 'dg1 runs on n2')
    expectInOrder(ended.transcript, ['Chassis Power is on', 'No other group moves.', 'Undo: migrate dg1 to n1.'])
    expect(moves(stage().world)).toEqual(['/usr/share/heartbeat/hb_standby local'])
  })

  it('a start that fails on the other node ends it, before Heartbeat brings the group back by itself', async () => {
    const { control } = stage().world
    control.failNextStart('evms_failover::dg1', 'n1')
    const before = moves(stage().world).length
    const ended = await stage().carryOut('drill dg1')
    expect(ended.outcome, ended.transcript).toBe('failed')
    expect(ended.state.steps['outage']?.outcome).toBeUndefined()
    expect(ended.transcript).toMatch(/undo +offered: \/ha migrate dg1 to n2/)
    expect(moves(stage().world)).toHaveLength(before + 1)
  })
})

describe('a drill where fencing is a person', { timeout: TEST_MS }, () => {
  const stage = stackStage(WORLDS.opengfs, impatient)

  it('is refused, unless somebody says why it is held all the same, and one person more agrees', async () => {
    const refused = await stage().carryOut('drill 192.168.1.100')
    expectNoGate(refused)
    expect(refused.transcript).toContain('✗ fencing  Fencing is on and covers both nodes')
    expect(moves(stage().world)).toEqual([])

    const ended = await stage().succeeds('drill 192.168.1.100 override fencing because "two people stand beside it"')
    expectMeasured(ended, '192.168.1.100 runs on barney')
    expect(ended.state.gates.at(-1)?.count).toBe(2)
    expect(ended.state.steps['console']?.outcome).toBe('skipped')
  })
})

describe('a drill under rgmanager', { timeout: TEST_MS }, () => {
  const stage = stackStage(WORLDS.haLvm, impatient)
  const control = () => stage().world.control

  it('moves the service, and measures how long clients were without it', async () => {
    const ended = await stage().succeeds('drill serv')
    expectMeasured(ended, 'serv runs on serv-0002')
    expectInOrder(ended.transcript, ['power=on', 'A DRILL: moves serv (lvm, FS)', 'Undo: migrate serv to serv-0001.'])
    expect(ended.transcript).not.toContain('ADMIN')
    expect(moves(stage().world)).toEqual(['clusvcadm -r service:serv -m serv-0002'])
  })

  it('a start that fails there is started on its old node again: it failed, and nothing follows', async () => {
    const { control } = stage().world
    control.restore()
    control.failStart('service:serv', 'serv-0002')
    const before = moves(stage().world).length
    const ended = await stage().carryOut('drill serv')
    control.mend()
    expect(ended.outcome, ended.transcript).toBe('failed')
    expect(ended.state.finished?.summary).toContain('serv runs on serv-0001')
    expect(ended.transcript).toContain('service:serv did not start on serv-0002; it runs on its old node again')
    expect(moves(stage().world)).toHaveLength(before + 1)
  })

  it('fence devices that answer nobody end it before anybody is asked', async () => {
    control().restore()
    control().muteDevices('serv-0001')
    const ended = await stage().carryOut('drill serv')
    control().restore()
    expectNoGate(ended)
    expect(ended.transcript).toContain('power=unknown')
  })
})
