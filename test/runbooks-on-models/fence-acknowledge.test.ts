import { beforeEach, describe, expect, it } from 'vitest'
import { EVMS_HA_CF, startEvms } from '../../lab/simulated/heartbeat/evms.ts'
import { startOpengfs } from '../../lab/simulated/heartbeat/opengfs.ts'
import { startSimulatedWorld } from '../../lab/simulated/world.ts'
import { expectInOrder } from '../acceptance/reads.ts'
import { hurried, stackStage } from '../support/stack-stage.ts'
import { changesSince, place } from './pacemaker-looks.ts'

const RUN_MS = 180_000
const HAPPENS = { timeoutMs: 60_000 }

describe('the word of people that a node of Pacemaker is off', { timeout: RUN_MS }, () => {
  const stage = stackStage(
    folder => startSimulatedWorld({ name: 'pvfs-pacemaker', folder, pace: 0.02 }),
    hurried('30s'),
  )
  const control = () => stage().world.control
  let seen = 0
  const orders = () => changesSince(control(), seen)

  beforeEach(() => {
    control().restore()
    seen = control().calls().length
  })

  const fencingFailed = async (node: string) =>
    await control().until(
      ({ fencing }) => fencing.some(({ target, status }) => target === node && status === 'failed'),
      { what: `fencing of ${node} to fail`, ...HAPPENS },
    )

  const refused = async (text: string, because: string) => {
    const { outcome, transcript, state } = await stage().carryOut(text)
    expect(outcome).toBe('failed')
    expect(transcript).toContain(because)
    expect(state.gates).toEqual([])
    expect(orders()).toEqual([])
    return transcript
  }

  it('with its power read off, two people free the cluster, and its group runs elsewhere', async () => {
    control().failFencing('node3', 'Fence agent did not complete within 60s')
    control().killNode('node3')
    await fencingFailed('node3')
    const { transcript, state } = await stage().succeeds('fence-acknowledge node3')
    expectInOrder(transcript, [
      'fence3, fence_ipmilan: Status: OFF',
      'power=off',
      'YOU ASSERT THAT node3 IS POWERED OFF',
      'starts elsewhere what ran there: server2.',
    ])
    expect(state.gates.at(-1)).toMatchObject({ count: 2, confirm: 'node3' })
    expect(orders()).toEqual(['stonith_admin --confirm node3'])
    expect(control().state().fencing).toContainEqual(
      expect.objectContaining({ action: 'off', target: 'node3', status: 'success', delegate: 'a human' }),
    )
    expect(place(control(), 'server2')).toBe('node5')
  })

  it('a node that nobody waits for is not acknowledged', async () => {
    await refused('fence-acknowledge node3', '✗ pending  The cluster waits until this node is fenced')
  })

  it('a node that is missed and that nobody has tried to fence is to be fenced, and not acknowledged', async () => {
    control().split(['node3'])
    await stage().world.control.stopSsh('node3')
    await refused('fence-acknowledge node3', 'Cut its power with /ha fence node3').finally(
      async () => await stage().world.control.startSsh('node3'),
    )
  })

  it('a node that answers is not off, whatever the cluster thinks of it', async () => {
    control().failFencing('node3')
    control().crashDaemons('node3')
    await fencingFailed('node3')
    await refused('fence-acknowledge node3', 'node3 answers: it is not off')
  })

  it('a node that is silent and has power is not acknowledged, and nobody can override that', async () => {
    control().failFencing('node3')
    control().hangNode('node3')
    await fencingFailed('node3')
    const transcript = await refused('fence-acknowledge node3', '✗ not_on  No fence device says that it has power')
    expect(transcript).toContain('fence3, fence_ipmilan: Status: ON')
    expect(await stage().refusal('fence-acknowledge node3 override not_on because "it does not answer"')).toContain(
      'not_on',
    )
    expect(control().state().running['node3']).toContain('server2_fs')
  })

  it('where the power cannot be read it says what to do, and nobody is asked to approve', async () => {
    control().loseBoard('node3')
    control().killNode('node3')
    await fencingFailed('node3')
    const transcript = await refused('fence-acknowledge node3', '✗ off  Its fence devices read "off"')
    expectInOrder(transcript, ['power=unknown', 'Mend what keeps its management board from answering', 'override off'])
  })

  it('where nobody else is fit to take over, a word would free nothing', async () => {
    for (const node of ['node1', 'node2', 'node4', 'node5']) control().setStandby(node, true)
    control().failFencing('node3')
    control().killNode('node3')
    await fencingFailed('node3')
    await refused('fence-acknowledge node3', '✗ survivor  Another healthy member is there to take over')
  })

  it('a node that does not exist is refused', async () => {
    expect(await stage().refusal('fence-acknowledge node9')).toContain('No node "node9" in pvfs.')
    expect(orders()).toEqual([])
  })

  it('one person alone is not enough', async () => {
    control().failFencing('node3')
    control().killNode('node3')
    await fencingFailed('node3')
    const run = await stage().ask('fence-acknowledge node3')
    await stage().approve(run, 1)
    const said = await stage().until(run, ({ gates }) => (gates.at(-1)?.decisions.length ?? 0) > 0, 'one approval')
    expect(said.phase).toBe('waiting')
    expect(orders()).toEqual([])
  })
})

/** A person instead of the board: of two lines for one node, Heartbeat goes by the last. */
const MEATWARE = 'stonith_host n2 meatware n1\nstonith_host n1 meatware n2\n'
const ASKS = 'stonith_host barney meatware fred\n'
const HA_CF = '/etc/ha.d/ha.cf'
const SWITCHED = ['meatclient', 'stonith', '/usr/share/heartbeat/hb_standby', '/usr/share/heartbeat/hb_takeover']

// One story: each test begins where the one before it ended.
describe('the word of people that a node of Heartbeat is off, where ha.cf has meatware', { timeout: RUN_MS }, () => {
  const stage = stackStage(folder => startEvms({ folder, pace: 0.02 }), hurried('30s'))
  const control = () => stage().world.control
  const orders = () =>
    control()
      .calls()
      .filter(({ argv }) => SWITCHED.some(tool => argv[0] === tool))
      .map(({ node, argv }) => `${node}: ${argv.join(' ')}`)
  const waits = () => control().read('n2', '/var/run/meatware.n1')

  const refused = async (because: string) => {
    const { outcome, transcript, state } = await stage().carryOut('fence-acknowledge n1')
    expect(outcome).toBe('failed')
    expect(transcript).toContain(because)
    expect(state.gates).toEqual([])
    expect(orders()).toEqual([])
    return transcript
  }

  it('a node that is heard is not acknowledged', async () => {
    for (const node of ['n1', 'n2']) control().write(node, HA_CF, EVMS_HA_CF + MEATWARE)
    await refused('✗ gone  The other node does not hear it any more')
  })

  it('a node that answers is not off, although Heartbeat is dead there and waits for a word about it', async () => {
    control().killHeartbeat('n1')
    await control().until(({ n2 }) => asked(n2?.log, 'n1'), 'the plugin waiting for n1')
    await refused('n1 answers: it is not off')
  })

  it('a node that is silent and has power is not acknowledged', async () => {
    await control().stopSsh('n1')
    const transcript = await refused('✗ not_on  Its management board does not say that it has power')
    expect(transcript).not.toContain('dg-board-1')
    expect(control().state()).toMatchObject({ n1: { resources: ['evms_failover::dg1', 'evms_failover::dg2'] } })
  })

  it('with its power read off, two people free the other node, which takes over', async () => {
    control().killNode('n1')
    const { transcript, state } = await stage().succeeds('fence-acknowledge n1')
    expectInOrder(transcript, ['power: off', 'YOU ASSERT THAT n1 IS POWERED OFF', 'n2 then takes over what ran there.'])
    expect(state.gates.at(-1)).toMatchObject({ count: 2, confirm: 'n1' })
    expect(orders()).toEqual(['n2: meatclient -c n1'])
    expect(waits()).toBe('')
    expect(control().state()).toMatchObject({ n2: { rscstatus: 'all' } })
  })

  it('what was answered is not answered again', async () => {
    const { outcome, transcript } = await stage().carryOut('fence-acknowledge n1')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('The meatware plugin on n2 does not wait for n1')
    expect(orders()).toEqual(['n2: meatclient -c n1'])
  })
})

describe('the same for OpenGFS, whose document leaves fencing to a person', { timeout: RUN_MS }, () => {
  const stage = stackStage(folder => startOpengfs({ folder, pace: 0.02 }), hurried('30s'))
  const control = () => stage().world.control

  const configure = (text: string) => {
    for (const node of ['fred', 'barney']) control().write(node, HA_CF, text)
  }
  let plain = ''

  it('the power is not known: it says what to do, and nobody is asked to approve', async () => {
    plain = control().read('fred', HA_CF)
    configure(plain + ASKS)
    control().killNode('fred')
    await control().until(({ barney }) => asked(barney?.log, 'fred'), 'the plugin waiting for fred')
    const { outcome, transcript, state } = await stage().carryOut('fence-acknowledge fred')
    expect(outcome).toBe('failed')
    expectInOrder(transcript, [
      'ha.cf has no IPMI device for fred',
      'override off',
      '✗ off  Its management board reads "off"',
    ])
    expect(state.gates).toEqual([])
    expect(
      control()
        .calls()
        .flatMap(({ argv }) => argv),
    ).not.toContain('meatclient')
    expect(control().state()).toMatchObject({ barney: { rscstatus: 'local' } })
  })

  it('where a line tells of a board that reads off, one person alone is still not enough', async () => {
    configure(`${plain}stonith_host barney external/ipmi fred 192.168.1.11 haops board lan\n${ASKS}`)
    const run = await stage().ask('fence-acknowledge fred')
    await stage().approve(run, 1)
    const said = await stage().until(run, ({ gates }) => (gates.at(-1)?.decisions.length ?? 0) > 0, 'one approval')
    expect(said.phase).toBe('waiting')
    expect(
      control()
        .calls()
        .flatMap(({ argv }) => argv),
    ).not.toContain('meatclient')
  })
})

/** Only now does Heartbeat take nothing over: it waits. */
function asked(log: readonly string[] | undefined, node: string): boolean {
  return log?.some(line => line.includes(`OPERATOR INTERVENTION REQUIRED to reset ${node}.`)) ?? false
}
