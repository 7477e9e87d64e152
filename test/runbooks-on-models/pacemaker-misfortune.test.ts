import { beforeEach, describe, expect, it } from 'vitest'
import { startSimulatedWorld } from '../../lab/simulated/world.ts'
import { expectInOrder } from '../acceptance/reads.ts'
import { hurried, stackStage } from '../support/stack-stage.ts'
import { changesSince, place } from './pacemaker-looks.ts'

const RUN_MS = 180_000
const HAPPENS = { timeoutMs: 60_000 }

const stage = stackStage(folder => startSimulatedWorld({ name: 'pvfs-pacemaker', folder, pace: 0.02 }), hurried('20s'))
const control = () => stage().world.control

let seen = 0
const orders = () => changesSince(control(), seen)

const MOVE = 'crm_resource --move --resource server2 --node node5'

beforeEach(() => {
  control().restore()
  seen = control().calls().length
})

describe('when Pacemaker does something else than it was told', { timeout: RUN_MS }, () => {
  it('a start that fails on the target: the group is at home again, and its constraint is left and named', async () => {
    control().failNextStart('server2_daemon', 'node5', 'port 3334 in use')
    const { outcome, transcript, state } = await stage().carryOut('failover server2')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('port 3334 in use')
    expect(state.finished?.leftBehind.join(' ')).toContain('cli-prefer-server2')
    expect(orders()).toEqual([MOVE])
    await control().until(({ settled }) => settled && place(control(), 'server2') === 'node3', {
      what: 'server2 at home',
      ...HAPPENS,
    })
  })

  it('a stop that fails where fencing is off: the group is blocked, and it says so', async () => {
    await stage().world.inspect('node1', 'crm_attribute -t crm_config -n stonith-enabled -v false')
    control().failStop('server2_fs', 'target is busy')
    const { outcome, transcript } = await stage().carryOut('failover server2')
    expect(transcript).toContain('If it will not stop, server2 stays stopped until someone repairs it: fencing is off.')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('target is busy')
    expect(orders()).toEqual([MOVE])
    expect(control().state().fencing).toEqual([])
  })
})

describe('when a node is lost, or is to be', { timeout: RUN_MS }, () => {
  it('a fence device that fails: the node is not said to be off, and nothing follows', async () => {
    control().failFencing('node3', 'No route to host')
    const { outcome, transcript } = await stage().carryOut('fence node3')
    expect(outcome).toBe('failed')
    expect(transcript).toContain("stonith_admin: Couldn't fence node3: No route to host")
    expect(orders()).toEqual(['stonith_admin --reboot node3 --timeout 120 --tolerance 60s'])
    expect(place(control(), 'server2')).toBe('node3')
  })

  it('a lost node that cannot be fenced: its group is not moved, and it is said who waits for whom', async () => {
    control().failFencing('node3', 'No route to host')
    control().killNode('node3')
    const failed = ({ fencing }: { fencing: readonly { status: string }[] }) =>
      fencing.some(({ status }) => status === 'failed')
    await control().until(failed, { what: 'fencing to fail', ...HAPPENS })
    const said = await stage().refusal('failover server2')
    expectInOrder(said, ['server2 was on node3, and node3 is unclean', 'this is not a failover a person can ask for'])
    const standby = await stage().carryOut('standby node4')
    expect(standby.outcome).toBe('failed')
    expect(standby.transcript).toContain('✗ settled  Nothing is under way in the cluster')
    expect(orders()).toEqual([])
  })

  it('the only healthy member is not fenced', async () => {
    for (const node of ['node2', 'node3', 'node4', 'node5']) control().setStandby(node, true)
    await control().until(
      ({ settled, picture }) => settled && picture.nodes.filter(({ standby }) => standby).length === 4,
      {
        what: 'four nodes in standby',
        ...HAPPENS,
      },
    )
    const { outcome, transcript } = await stage().carryOut('fence node1')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('✗ survivor  Another healthy member is there to cut the power and to take over')
    expect(orders()).toEqual([])
  })

  it('a node that does not exist is no target, and cannot be fenced or put in standby', async () => {
    for (const text of ['migrate server2 to node9', 'fence node9', 'standby node9'])
      expect(await stage().refusal(text)).toContain('No node "node9" in pvfs.')
    expect(orders()).toEqual([])
  })
})

describe('when Pacemaker cannot be believed', { timeout: RUN_MS }, () => {
  it('two nodes that contradict each other are a split: who sees what is said, and nothing is planned', async () => {
    control().split(['node1'])
    const { outcome, transcript } = await stage().carryOut('failover server2')
    expect(outcome).toBe('errored')
    expect(transcript).toContain('node1 sees DC node1, node2 sees DC node2: split brain suspected in pvfs')
    expect(orders()).toEqual([])
  })

  it('lost nodes that nobody has fenced yet: the cluster is not settled, and the move waits for somebody', async () => {
    control().split(['node4', 'node5'])
    const { outcome, transcript } = await stage().carryOut('failover server2 to node1')
    expect(outcome).toBe('failed')
    expectInOrder(transcript, ['node4 is unclean (offline): it has not been fenced', '✗ settled'])
    expect(orders()).toEqual([])
  })

  it('without quorum nothing is moved', async () => {
    for (const node of ['node3', 'node4', 'node5']) control().killNode(node)
    await control().until(({ picture }) => !picture.quorate, { what: 'quorum lost', ...HAPPENS })
    const { outcome, transcript } = await stage().carryOut('migrate server0 to node2')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('✗ quorum  The cluster is quorate')
    expect(orders()).toEqual([])
  })
})
