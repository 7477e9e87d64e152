import { describe, expect, it } from 'vitest'
import { startEvms } from '../../lab/simulated/heartbeat/evms.ts'
import { startOpengfs } from '../../lab/simulated/heartbeat/opengfs.ts'
import { expectInOrder } from '../acceptance/reads.ts'
import { stackStage } from '../support/stack-stage.ts'

const PACE = 0.03
const TEST_MS = 180_000

describe('what is looked at on the EVMS cluster', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startEvms({ folder, pace: PACE }))
  const control = () => stage().world.control

  /** Changes a file of n2 for one look. */
  async function planted(command: string, path: string, change: (text: string) => string, mode?: number) {
    const before = control().read('n2', path)
    control().write('n2', path, change(before), mode)
    const ended = await stage().carryOut(command)
    control().write('n2', path, before, path.endsWith('authkeys') ? 0o600 : 0o644)
    return ended
  }

  it('status, verify config and verify evms find nothing wrong with it, and show no password', async () => {
    const seen = [
      await stage().succeeds('status'),
      await stage().succeeds('verify config'),
      await stage().succeeds('verify evms'),
    ]
    for (const { transcript } of seen) expect(transcript).not.toContain('dg-board-1')
  })

  it('ha.cf that differs is shown with what differs', async () => {
    const { outcome, transcript } = await planted('verify config', '/etc/ha.d/ha.cf', text =>
      text.replace('deadtime 30', 'deadtime 10'),
    )
    expect(outcome).toBe('failed')
    expectInOrder(transcript, [
      'ha.cf says the same on every node',
      'n2 differs from n1',
      '-deadtime 30',
      '+deadtime 10',
    ])
  })

  it('a node that would reset itself is found: of the fence devices meant for it, the last one counts', async () => {
    const { outcome, transcript } = await planted('verify config', '/etc/ha.d/ha.cf', text =>
      text.replaceAll(/stonith_host n[12]/g, 'stonith_host *'),
    )
    expect(outcome).toBe('failed')
    expectInOrder(transcript, [
      'the last device in ha.cf that is meant for n2 is the board of n2 itself',
      'Give n2 a line of its own, with the board of the other node.',
    ])
    expect(transcript).not.toContain('meant for n1 is the board')
  })

  it('a comment more makes no difference', async () => {
    const { outcome } = await planted('verify config', '/etc/ha.d/ha.cf', text => `# for the night shift\n${text}`)
    expect(outcome).toBe('succeeded')
  })

  it('haresources that differ are shown, and authkeys that differ only by their hash', async () => {
    const groups = await planted('verify config', '/etc/ha.d/haresources', text => text.replace('dg2', 'dg3'))
    expectInOrder(groups.transcript, ['haresources says the same', '+n1 evms_failover::dg1 evms_failover::dg3'])
    const keys = await planted('verify config', '/etc/ha.d/authkeys', () => 'auth 1\n1 sha1 another-key\n', 0o644)
    expect([groups.outcome, keys.outcome]).toEqual(['failed', 'failed'])
    expectInOrder(keys.transcript, ['n2 differs from n1', 'authkeys on n2 has mode 644 and not 600'])
    expect(keys.transcript).not.toContain('another-key')
  })

  it('a recipe that was followed twice is found: the respawn lines stand there twice', async () => {
    const { outcome, transcript } = await planted(
      'verify evms',
      '/etc/ha.d/ha.cf',
      text => `${text}respawn haclient /usr/lib/heartbeat/ccm\nrespawn root /sbin/evmsd\n`,
    )
    expect(outcome).toBe('failed')
    expectInOrder(transcript, ['ha.cf on n2 starts ccm 2 times', 'ha.cf on n2 starts evmsd 2 times'])
  })

  it('haresources at the place that the document names, where Heartbeat never looks, is found', async () => {
    control().write('n2', '/etc/haresources', 'n1 evms_failover::dg3\n')
    const { outcome, transcript } = await stage().carryOut('verify evms')
    control().remove('n2', '/etc/haresources')
    expect(outcome).toBe('failed')
    expectInOrder(transcript, [
      '/etc/haresources is there on n2: Heartbeat reads ',
      '/etc/ha.d/haresources alone, and nothing of the other would fail over',
    ])
  })

  it('a boot that starts Heartbeat before EVMS, and a script that is missing, are found', async () => {
    control().remove('n2', '/etc/rc3.d/S75heartbeat')
    control().write('n2', '/etc/rc3.d/S02heartbeat', '')
    const script = control().read('n2', '/etc/ha.d/resource.d/evms_failover')
    control().remove('n2', '/etc/ha.d/resource.d/evms_failover')
    const { outcome, transcript } = await stage().carryOut('verify evms')
    control().write('n2', '/etc/ha.d/resource.d/evms_failover', script, 0o755)
    expect(outcome).toBe('failed')
    expectInOrder(transcript, [
      '/etc/ha.d/resource.d/evms_failover is not there or not executable on n2',
      'Heartbeat starts before EVMS is activated on n2',
    ])
  })
})

describe('what is looked at on the OpenGFS cluster', { timeout: TEST_MS }, () => {
  const stage = stackStage(folder => startOpengfs({ folder, pace: PACE }))

  it('is sound but for what the note itself promises: 30 s, and nobody who has to be asked', async () => {
    const { outcome, transcript } = await stage().carryOut('verify opengfs')
    expect(outcome).toBe('failed')
    const failed = transcript.split('\n').filter(line => / ✗ /.test(line))
    expect(failed.map(line => /✗ (\w+)/.exec(line)?.[1])).toEqual(['promise', 'stonith'])
    expectInOrder(transcript, ['the 30 s of the document cannot be kept', 'No stonith line in ha.cf'])
  })

  it('with a fence device and a deadtime that leaves time for the starts, nothing is left to be said', async () => {
    const { control } = stage().world
    for (const node of ['fred', 'barney']) {
      const haCf = control.read(node, '/etc/ha.d/ha.cf').replace('deadtime 30', 'deadtime 10')
      control.write(node, '/etc/ha.d/ha.cf', `${haCf}stonith external/ipmi /etc/ha.d/ipmi\n`)
    }
    await stage().succeeds('verify opengfs')
  })

  it('a mount with the address of the other node, or with none, is found', async () => {
    const { control } = stage().world
    const before = control.read('barney', '/etc/ha.d/haresources')
    control.write('barney', '/etc/ha.d/haresources', before.replace('192.168.1.2', '192.168.1.1'))
    const wrong = await stage().carryOut('verify opengfs')
    control.write('barney', '/etc/ha.d/haresources', before.replace('::hostdata=192.168.1.2', ''))
    const none = await stage().carryOut('verify opengfs')
    control.write('barney', '/etc/ha.d/haresources', before)
    expect(wrong.transcript).toContain('hostdata=192.168.1.1 in haresources is no address of barney')
    expect(none.transcript).toContain('the mount on barney has no hostdata')
  })

  it('a mount on the node that does not own it is found', async () => {
    const { control } = stage().world
    control.startedByHand('Filesystem::/dev/sda3::/ogfs::ogfs::hostdata=192.168.1.2', 'barney')
    const { transcript } = await stage().carryOut('verify opengfs')
    control.stoppedByHand('Filesystem::/dev/sda3::/ogfs::ogfs::hostdata=192.168.1.2', 'barney')
    expectInOrder(transcript, [
      '/ogfs is mounted on barney, which does not own it',
      'is running on barney, where Heartbeat says stopped',
    ])
  })
})
