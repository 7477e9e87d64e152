import { expect, it } from 'vitest'
import type { RealWorld } from '../../lab/real/real-world.ts'
import { describeReal } from '../lab/real/describe-real.ts'
import { expectNothingLeft, holdersOf, realStage } from '../lab/real/real-stage.ts'
import type { StackStage } from '../support/stack-stage.ts'
import { expectInOrder } from './reads.ts'

const TEST_MS = 240_000

/**
 * Puts something slow before the address, so that this is away for seconds: whoever asks once a second cannot miss that. What comes behind the
 * address would take its time while the address answers already.
 */
const SLOW_GROUP = `slow='<primitive id="server1_disk" class="ocf" provider="pacemaker" type="Dummy"><instance_attributes id="slow"><nvpair id="slow-op" name="op_sleep" value="3"/></instance_attributes></primitive>'
cibadmin --query --scope resources | sed "s|<group id=.server1.>|&$slow|" | cibadmin --replace --scope resources --xml-pipe
crm_resource --wait --timeout=60s`

/** The same for the container that haresources starts before the address. */
const SLOW_CONTAINER =
  "sed -i -e 's/) touch/) sleep 2; touch/' -e 's/) rm/) sleep 2; rm/' /etc/ha.d/resource.d/evms_failover"

async function must(world: RealWorld, node: string, script: string): Promise<void> {
  expect(await world.inspect(node, script)).toMatchObject({ exitCode: 0, stderr: '' })
}

/** Carries a drill out; clients were without the group for a while that begins behind the change and is over. */
async function expectDrill(
  { world, carryOut }: StackStage<RealWorld>,
  { group, to, sent }: { group: string; to: string; sent: string },
): Promise<string> {
  const target = `${world.addresses[group]}:22`
  const { outcome, state, record, transcript } = await carryOut(`drill ${group}`)
  expect(outcome, transcript).toBe('succeeded')
  const measured = state.steps['outage']?.measured
  expect(measured, transcript).toMatchObject({ target })
  expect(measured?.failed, transcript).toBeGreaterThan(0)
  const [gap] = measured?.gaps ?? []
  const move = record.entries.find(({ event }) => event.type === 'step-started' && event.step === 'away.move')
  expect(gap?.failedMs, transcript).toBeGreaterThan(Number(move?.at))
  expect(gap?.open, transcript).toBeUndefined()
  expectInOrder(transcript, [
    `${target} answers`,
    'away.move',
    sent,
    'first request without an answer',
    'answered again',
    `${group} runs on ${to}`,
    'clients were without it for',
  ])
  expect(await holdersOf(world, group)).toEqual([to])
  return transcript
}

describeReal('a drill on real Pacemaker, seen from where its clients are', { timeout: TEST_MS }, () => {
  const stage = realStage({ stack: 'pacemaker', fencing: true })

  it('clients are without the group while it moves, are told for how long, and nothing is left behind', async () => {
    await must(stage().world, 'node1', SLOW_GROUP)
    const sent = ': Move the group'
    const transcript = await expectDrill(stage(), { group: 'server1', to: 'node3', sent })
    expect(transcript).toContain('If it will not stop, node2 is power-reset: fencing is on.')
    const { stdout } = await stage().world.inspect('node1', 'cibadmin --query --scope constraints')
    expect(stdout).toContain('prefer-server1')
    expect(stdout).not.toContain('cli-')
  })

  it('nothing of the lab is left behind when it ends', async () => {
    await expectNothingLeft(stage().world)
  })
})

describeReal('a drill on real Heartbeat, seen from where its clients are', { timeout: TEST_MS }, () => {
  const stage = realStage({ stack: 'heartbeat', fencing: true })

  it('the board of its node is asked, and clients are without the group while it is handed over', async () => {
    for (const node of ['n1', 'n2']) await must(stage().world, node, SLOW_CONTAINER)
    const sent = 'sent to n1: Hand the group over'
    const transcript = await expectDrill(stage(), { group: 'dg1', to: 'n2', sent })
    expectInOrder(transcript, ['Chassis Power is on', 'No other group moves.'])
  })

  it('nothing of the lab is left behind when it ends', async () => {
    await expectNothingLeft(stage().world)
  })
})
