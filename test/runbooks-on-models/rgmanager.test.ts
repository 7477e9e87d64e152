import { beforeEach, describe, expect, it } from 'vitest'
import { startHaLvm } from '../../lab/simulated/rgmanager/ha-lvm.ts'
import { looksOften, stackStage } from '../support/stack-stage.ts'

/** Several runs, on a computer that is busy with others. */
const RUN_MS = 180_000
const SERV = 'service:serv'

const stage = stackStage(folder => startHaLvm({ folder, pace: 0.02 }), looksOften)
const control = () => stage().world.control
const serv = () => control().state().services[SERV]

/** Orders that reached rgmanager and fenced since the last test. */
let seen = 0
function orders(): string[] {
  const changing = /^(?:clusvcadm (?!-S)|fence_node|fence_ack_manual|service \S+ st(?:art|op))/
  return control()
    .calls()
    .slice(seen)
    .map(call => call.argv.join(' '))
    .filter(line => changing.test(line))
}

beforeEach(() => {
  control().restore()
  seen = control().calls().length
})

describe('every runbook of rgmanager, carried out on the model', { timeout: RUN_MS }, () => {
  it('status and both verify runbooks find nothing wrong with a sound cluster', async () => {
    await stage().succeeds('status')
    await stage().succeeds('verify config')
    await stage().succeeds('verify ha-lvm')
    expect(orders()).toEqual([])
  })

  it('failover moves a service to the other node and reads it back, migrate brings it home', async () => {
    const away = await stage().succeeds('failover serv')
    expect(away.transcript).toContain('Moves serv (lvm, FS) from serv-0001 to serv-0002.')
    expect(away.transcript).toContain('Its failover domain prefers serv-0001')
    expect(control().state()).toMatchObject({
      services: { [SERV]: { state: 112, owner: 'serv-0002' } },
      mounted: { 'serv-0001': [], 'serv-0002': ['/mnt'] },
    })

    await stage().succeeds('migrate serv to serv-0001')
    expect(orders()).toEqual([`clusvcadm -r ${SERV} -m serv-0002`, `clusvcadm -r ${SERV} -m serv-0001`])
  })

  it('fence cuts the power, sees the node leave, and waits until what ran there runs again', async () => {
    const { transcript } = await stage().succeeds('fence serv-0001')
    expect(transcript).toContain('fence serv-0001 success')
    expect(transcript).toContain('fence_ipmilan, device 1 of serv-0001: Status: ON')
    expect(transcript).not.toContain('ADMIN')
    expect(orders()).toEqual(['fence_node -vv serv-0001'])
    expect(serv()).toMatchObject({ state: 112 })
  })

  it('fence-acknowledge frees a cluster that waits for a node nobody can fence', async () => {
    control().failFencing('serv-0001')
    control().killNode('serv-0001')
    await waitsForAPerson()
    const { transcript, state } = await stage().succeeds('fence-acknowledge serv-0001')
    expect(state.gates.at(-1)?.count).toBeGreaterThanOrEqual(2)
    expect(transcript).toContain('YOU ASSERT THAT serv-0001 IS POWERED OFF')
    expect(orders()).toEqual(['fence_ack_manual serv-0001'])
    expect(serv()).toMatchObject({ state: 112, owner: 'serv-0002' })
  })

  it('cleanup disables and starts again what has failed, once nothing of it is left anywhere', async () => {
    control().breakService(SERV)
    const early = await stage().carryOut('cleanup serv')
    expect(early.outcome).toBe('failed')
    expect(early.transcript).toContain('is mounted by serv-0001, although serv runs on no node')
    expect(orders()).toEqual([])

    control().unmount(SERV, 'serv-0001')
    await stage().succeeds('cleanup serv')
    expect(orders()).toEqual([`clusvcadm -d ${SERV}`, `clusvcadm -e ${SERV} -m serv-0001`])
    expect(serv()).toMatchObject({ state: 112, owner: 'serv-0001' })
  })

  it('restart cluster takes each node out and in again, in the right order, the one with the service last', async () => {
    await stage().succeeds('restart cluster')
    const said = orders().map(line => line.replace('service ', ''))
    const turn = ['rgmanager stop', 'clvmd stop', 'cman stop', 'cman start', 'clvmd start', 'rgmanager start']
    expect(said).toEqual([...turn, ...turn])
    expect(
      control()
        .calls()
        .slice(seen)
        .find(call => call.argv.includes('stop'))?.node,
    ).toBe('serv-0002')
    expect(serv()).toMatchObject({ state: 112, owner: 'serv-0001' })
  })

  it('maintenance freezes every service and unfreezes it again', async () => {
    await stage().succeeds('maintenance on')
    expect(serv()?.frozen).toBe(true)
    const refused = await stage().carryOut('failover serv')
    expect(refused.outcome).toBe('failed')
    expect(refused.transcript).toContain('The service is not frozen')

    await stage().succeeds('maintenance off')
    expect(orders()).toEqual([`clusvcadm -Z ${SERV}`, `clusvcadm -U ${SERV}`])
  })
})

describe('when rgmanager does something else than it was told', { timeout: RUN_MS }, () => {
  it('a service that lands elsewhere is a failed move, although clusvcadm says Success', async () => {
    control().astray(SERV, 'serv-0001')
    const { outcome, transcript } = await stage().carryOut('migrate serv to serv-0002')
    expect(outcome).toBe('failed')
    expect(transcript).toContain(`Warning: ${SERV} is now running on serv-0001`)
    expect(transcript).toContain(`${SERV} did not land on serv-0002`)
    expect(orders()).toHaveLength(1)
  })

  it('a start that fails: it runs on its old node again, and nothing is done after that', async () => {
    control().failStart(SERV, 'serv-0002')
    const { outcome, transcript } = await stage().carryOut('failover serv')
    expect(outcome).toBe('failed')
    expect(transcript).toContain(`${SERV} did not start on serv-0002; it runs on its old node again`)
    expect(orders()).toHaveLength(1)
    expect(serv()).toMatchObject({ state: 112, owner: 'serv-0001' })
  })

  it('a stop that fails leaves the service failed, and says so', async () => {
    control().failStop(SERV, 'fails')
    const { outcome, transcript } = await stage().carryOut('failover serv')
    expect(outcome).toBe('failed')
    expect(transcript).toContain(`${SERV} did not stop and is in state failed: see cleanup`)
    expect(orders()).toHaveLength(1)
    const again = await stage().refusal('failover serv')
    expect(again).toContain('serv runs nowhere')
  })
})

describe('when something never ends', { timeout: RUN_MS }, () => {
  it('a stop that hangs keeps the move open until a person ends it; what it did is left to be looked at', async () => {
    control().failStop(SERV, 'hangs')
    const run = await stage().ask('failover serv')
    await stage().approve(run)
    await control().until(({ services }) => services[SERV]?.state === 113, 'the stop to hang', 30_000)
    const { number } = (await stage().core.journal.load(run))?.state ?? {}
    await expect(stage().ask(`stop ${number}`)).rejects.toThrow()
    const { outcome, transcript } = await stage().ended(run)
    expect(outcome).toBe('cancelled')
    expect(transcript).not.toContain('It runs there')
    expect(orders()).toHaveLength(1)
  })

  it('a node that does not join again ends a restart there: the other one is left alone', async () => {
    control().neverRejoins('serv-0002')
    const { outcome, transcript } = await stage().carryOut('restart cluster')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('cman did not start; the others were not started')
    expect(
      control()
        .calls('serv-0001')
        .slice(-40)
        .filter(call => call.argv.includes('stop')),
    ).toEqual([])
    expect(serv()).toMatchObject({ state: 112, owner: 'serv-0001' })
  })

  it('a fenced node that does not come back is no failed fencing', async () => {
    control().neverRejoins('serv-0001')
    await stage().succeeds('fence serv-0001')
    expect(serv()).toMatchObject({ state: 112, owner: 'serv-0002' })
  })
})

describe('when a node is lost', { timeout: RUN_MS }, () => {
  it('fencing that fails: no move is begun, and it is said who waits for whom', async () => {
    control().failFencing('serv-0002')
    control().killNode('serv-0002')
    await waitsForAPerson()
    const said = await stage().refusal('migrate serv to serv-0002')
    expect(said).toContain('serv-0002 cannot take serv: it is unclean (offline)')
    const status = await stage().carryOut('status')
    expect(status.transcript).toContain('fencing under way: fencing of serv-0002')
    const second = await stage().carryOut('fence serv-0002')
    expect(second.outcome).toBe('failed')
    expect(second.transcript).toContain('No fencing is under way')
    expect(orders()).toEqual([])
  })

  it('a fence device that fails: the node is not said to be off, and nothing follows', async () => {
    control().failFencing('serv-0001')
    const { outcome, transcript } = await stage().carryOut('fence serv-0001')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('the fence agents did not cut the power of serv-0001')
    expect(orders()).toEqual(['fence_node -vv serv-0001'])
  })

  it('nobody says that a node is off while its fence device cannot be asked, or says that it is on', async () => {
    control().muteDevices('serv-0001')
    control().killNode('serv-0001')
    await waitsForAPerson()
    const { outcome, transcript } = await stage().carryOut('fence-acknowledge serv-0001')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('power=unknown')
    expect(orders()).toEqual([])
  })

  it('a node that answers is not off, whatever the cluster thinks of it', async () => {
    control().loseTouch('serv-0001')
    await waitsForAPerson()
    const { outcome, transcript } = await stage().carryOut('fence-acknowledge serv-0001')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('serv-0001 answers: it is not off')
    expect(orders()).toEqual([])
  })

  it('a node that nobody waits for is not acknowledged', async () => {
    const calm = await stage().carryOut('fence-acknowledge serv-0001')
    expect(calm.outcome).toBe('failed')
    expect(calm.transcript).toContain('The cluster waits until this node is fenced')
    expect(orders()).toEqual([])
  })

  it('the only healthy member is not fenced', async () => {
    control().stopRgmanager('serv-0001')
    const { outcome, transcript } = await stage().carryOut('fence serv-0002')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('Another healthy member is there')
    expect(orders()).toEqual([])
  })
})

describe('when the cluster cannot be believed', { timeout: RUN_MS }, () => {
  it('nodes that see each other gone are a split, and nothing is begun', async () => {
    control().split(true)
    const { outcome, transcript } = await stage().carryOut('failover serv')
    expect(outcome).toBe('errored')
    expect(transcript).toContain('serv-0001 sees serv-0001 online, serv-0002 sees serv-0002 online')
    expect(transcript).toContain('split brain suspected in lvm-cluster')
    expect(orders()).toEqual([])
  })

  it('without quorum nothing is moved', async () => {
    control().loseQuorum(true)
    const said = await stage().refusal('failover serv')
    expect(said).toMatch(/serv runs nowhere|quorum/)
    expect(orders()).toEqual([])
  })

  it('a node whose rgmanager answers nobody is no target, although it is still shown as a member', async () => {
    control().deafen('serv-0002', true)
    const { outcome, transcript } = await stage().carryOut('failover serv')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('rgmanager on serv-0002 answers nobody: it would start nothing there')
    expect(orders()).toEqual([])
  })

  it('a service that somebody froze is not moved', async () => {
    control().freeze(SERV, true)
    const { outcome, transcript } = await stage().carryOut('failover serv')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('The service is not frozen')
    expect(orders()).toEqual([])
  })

  it('a node that does not exist is no target and is not fenced, and standby says what to use instead', async () => {
    for (const text of ['migrate serv to serv-0009', 'fence serv-0009'])
      expect(await stage().refusal(text)).toContain('No node "serv-0009" in lvm-cluster.')
    const said = await stage().refusal('standby serv-0001')
    expect(said).toContain('lvm-cluster (rgmanager) has no such command.')
    expect(said).toContain('/ha failover <group> moves each service')
    expect(orders()).toEqual([])
  })

  it('a second mount is found before anything is moved, and by verify', async () => {
    control().mountTwice(SERV, 'serv-0002')
    const move = await stage().carryOut('failover serv')
    expect(move.outcome).toBe('failed')
    expect(move.transcript).toContain('is mounted by serv-0002, although serv runs on serv-0001')
    const { outcome, transcript } = await stage().carryOut('verify ha-lvm')
    expect(outcome).toBe('failed')
    expect(transcript).toContain('shared_vg/ha_lv is open on serv-0002, although serv-0001 owns it')
    expect(orders()).toEqual([])
  })
})

/** fenced has tried, and listens for a person's word. */
async function waitsForAPerson(): Promise<void> {
  const listening = () =>
    ['serv-0001', 'serv-0002'].some(node => control().hasFile(node, '/var/run/cluster/fenced_override'))
  await control().until(listening, 'fenced to wait for a person', 30_000)
}
