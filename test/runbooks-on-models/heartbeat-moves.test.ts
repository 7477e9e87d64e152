import { beforeEach, describe, expect, it } from 'vitest'
import { type HeartbeatWorld, startEvms } from '../../lab/simulated/heartbeat/evms.ts'
import { startOpengfs } from '../../lab/simulated/heartbeat/opengfs.ts'
import { expectInOrder } from '../acceptance/reads.ts'
import { hurried, stackStage } from '../support/stack-stage.ts'

const PACE = 0.03
const TEST_MS = 180_000

/** What the daemons were asked that changes something. */
function asked(world: HeartbeatWorld): string[] {
  const changes = /^\/usr\/share\/heartbeat\/|heartbeat (?:start|stop|restart)$|-T reset/
  return world.control
    .calls()
    .map(({ node, argv }) => `${node}: ${argv.join(' ')}`)
    .filter(line => changes.test(line.replace(/^\S+: /, '')))
}

describe('EVMS under Heartbeat', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startEvms({ folder, pace: PACE }), hurried('30s'))
  let before = 0
  beforeEach(() => {
    before = asked(stage().world).length
  })
  const since = () => asked(stage().world).slice(before)
  const holds = () =>
    Object.fromEntries(Object.entries(stage().world.control.state()).map(([name, { rscstatus }]) => [name, rscstatus]))

  it('a failover hands the disk-groups over once, on the node that has them, with the word that moves no others', async () => {
    const { transcript } = await stage().succeeds('failover dg1')
    expect(since()).toEqual(['n1: /usr/share/heartbeat/hb_standby local'])
    expect(holds()).toEqual({ n1: 'none', n2: 'all' })
    expectInOrder(transcript, [
      'Moves dg1 (2 disk groups) from n1 to n2.',
      'No other group moves.',
      'If a resource will not stop, n1 kills Heartbeat and reboots itself',
      'Undo: migrate dg1 to n1.',
      'evms_failover::dg2 running',
      'dg1 runs on n2',
    ])
  })

  it('migrate brings them back to the node that is named, and the word is then the other one', async () => {
    await stage().succeeds('migrate dg1 to n1')
    expect(since()).toEqual(['n2: /usr/share/heartbeat/hb_standby foreign'])
    expect(holds()).toEqual({ n1: 'local', n2: 'local' })
  })

  it('standby hands over everything, once, and says that it does not last', async () => {
    const { transcript } = await stage().succeeds('standby n1')
    expect(since()).toEqual(['n1: /usr/share/heartbeat/hb_standby all'])
    expectInOrder(transcript, ['This happens once. Heartbeat has no lasting standby', 'n1 is online and runs nothing'])
    expect(await stage().refusal('failover dg1 to n2')).toContain('dg1 already runs on n2')
  })

  it('what is no group, or a part of one, is refused with what was meant, and nothing is asked of anybody', async () => {
    expect(await stage().refusal('failover dg2')).toContain('dg2 is a part of dg1, which moves as a whole.')
    expect(await stage().refusal('failover n1')).toContain('n1 is a node')
    expect(since()).toEqual([])
  })
})

describe('OpenGFS under Heartbeat', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startOpengfs({ folder, pace: PACE }), hurried('30s'))

  it('a failover moves address, lock server, mount and Samba, and each node mounts with its own address', async () => {
    const { world } = stage()
    const { transcript } = await stage().succeeds('failover 192.168.1.100')
    expectInOrder(transcript, [
      'Moves 192.168.1.100 (address, 2 daemons, filesystem) from fred to barney.',
      '/ogfs::ogfs::hostdata=192.168.1.2 running',
    ])
    const mounts = await Promise.all(world.nodes.map(({ name }) => world.inspect(name, 'cat </proc/mounts')))
    expect(mounts.map(({ stdout }) => stdout.includes('/ogfs ogfs'))).toEqual([false, true])
    expect(asked(world)).toEqual(['fred: /usr/share/heartbeat/hb_standby local'])
  })
})
