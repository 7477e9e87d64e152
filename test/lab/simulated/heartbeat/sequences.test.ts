import { describe, expect, it } from 'vitest'
import { expectInOrder } from '../../../acceptance/reads.ts'
import { fredAndBarney, INIT, STANDBY, TAKEOVER } from './cluster.ts'

const LONG = 600_000

describe('the sequences of states that people see (ha-stacks.md §9.17)', () => {
  it('a planned move: both are in transition until the other has started everything', async () => {
    const { call, clock, says, log } = fredAndBarney()
    expect(await says()).toBe('local/local')
    expect(await call('fred', `${STANDBY} all`)).toMatchObject({ exitCode: 0, stdout: '' })
    clock.advance(1_000)
    expect(await says()).toBe('transition/transition')
    clock.advance(LONG)
    expect(await says()).toBe('none/all')
    expectInOrder(log('fred').join('\n'), [
      'fred wants to go standby [all]',
      'give up all HA resources (standby).',
      'Releasing resource group: fred 192.168.1.100 smb',
      'all HA resource release completed (standby).',
      'Local standby process completed [all].',
      'Other node completed standby takeover of all resources.',
    ])
    expectInOrder(log('barney').join('\n'), [
      'standby: barney can take our all resources',
      'standby: acquire [all] resources from fred',
      'Acquiring resource group: fred 192.168.1.100 smb',
      'all HA resource acquisition completed (standby).',
      'Standby resource acquisition done [all].',
    ])
  })

  it.each([
    { word: 'local', becomes: 'none/all' },
    { word: 'foreign', becomes: 'local/local' },
    { word: 'failback', becomes: 'local/local' },
  ])('a move of only one part: hb_standby $word', async ({ word, becomes }) => {
    const { call, clock, says } = fredAndBarney()
    await call('fred', `${STANDBY} ${word}`)
    clock.advance(LONG)
    expect(await says()).toBe(becomes)
  })

  it('hb_takeover is the reverse, on the node that receives', async () => {
    const { call, clock, says } = fredAndBarney()
    await call('fred', `${STANDBY} local`)
    clock.advance(LONG)
    await call('fred', `${TAKEOVER} local`)
    clock.advance(LONG)
    expect(await says()).toBe('local/local')
  })

  it('a start that fails: the group is given up, and 30 s later everything goes back by itself', async () => {
    const { call, clock, says, control, log } = fredAndBarney()
    control.failNextStart('smb', 'barney')
    await call('fred', `${STANDBY} local`)
    clock.advance(20_000)
    expect(await says()).toBe('none/all')
    expect(control.state()['barney']?.resources).toEqual(['evms_failover::dg1'])
    expect(log('barney')).toContain('CRIT: Giving up resources due to failure of smb')
    clock.advance(LONG)
    expect(await says()).toBe('all/none')
  })

  it('a stop that fails: the node reboots itself, and the other takes over after deadtime', async () => {
    const { call, clock, says, control, power } = fredAndBarney()
    control.failStop('smb')
    await call('fred', `${STANDBY} local`)
    clock.advance(20_000)
    expect(power).toEqual(['fred off'])
    clock.advance(60_000)
    expect(await says()).toBe('-/all')
    control.mendStop('smb')
    clock.advance(LONG)
    expect([power, await says()]).toEqual([['fred off', 'fred on'], 'none/all'])
  })

  it('a stop that hangs: both stay in transition', async () => {
    const { call, clock, says, control } = fredAndBarney()
    control.hangStop('192.168.1.100')
    await call('fred', `${STANDBY} local`)
    clock.advance(LONG)
    expect(await says()).toBe('transition/transition')
  })

  it('the loss of a node without STONITH: dead after deadtime, then taken over, unprotected', async () => {
    const { call, clock, says, control, log } = fredAndBarney()
    control.killNode('fred')
    clock.advance(29_000)
    expect(await call('barney', 'cl_status nodestatus fred')).toMatchObject({ stdout: 'active\n', exitCode: 0 })
    clock.advance(2_000)
    expect(await call('barney', 'cl_status nodestatus fred')).toMatchObject({ stdout: 'dead\n', exitCode: 1 })
    expect(await says()).toBe('-/transition')
    clock.advance(LONG)
    expect(await says()).toBe('-/all')
    expectInOrder(log('barney').join('\n'), [
      'node fred: is dead',
      'No STONITH device configured.',
      'Shared disks are not protected.',
      'Resources being acquired from fred.',
      'mach_down takeover complete for node fred.',
    ])
  })

  it('the loss of a node that can be reset: dead, reset, and only then taken over; it boots and holds nothing', async () => {
    const { clock, says, control, log, power } = fredAndBarney(
      'auto_failback off\nstonith external/ipmi /etc/ha.d/ipmi\n',
    )
    control.killNode('fred')
    clock.advance(31_000)
    expect([await says(), log('barney').at(-1)]).toEqual([
      '-/local',
      expect.stringContaining('Resetting node fred with ['),
    ])
    clock.advance(5_000)
    expect(await says()).toBe('-/transition')
    clock.advance(20_000)
    expect(await says()).toBe('-/all')
    expectInOrder(log('barney').join('\n'), [
      'node fred: is dead',
      'Resetting node fred with [',
      'node fred now reset.',
      'Resources being acquired from fred.',
      'Taking over resource group 192.168.1.100',
      'mach_down takeover complete for node fred.',
    ])
    control.powerOn('fred')
    clock.advance(LONG)
    expect([power, await says()]).toEqual([['fred off', 'fred on'], 'none/all'])
  })

  it('a group that is served by nobody: none on both', async () => {
    const { says, control } = fredAndBarney()
    control.disown()
    expect(await says()).toBe('none/none')
  })

  it('the loss of a node that cannot be reset: no takeover, again and again', async () => {
    const { clock, says, control, log } = fredAndBarney('auto_failback off\nstonith external/ipmi /etc/ha.d/ipmi\n')
    control.failFencing('fred', true)
    control.killNode('fred')
    clock.advance(LONG)
    expect(await says()).toBe('-/local')
    expect(log('barney').filter(line => line.includes('STONITH of fred failed.  Retrying...')).length).toBeGreaterThan(
      3,
    )
    control.failFencing('fred', false)
    clock.advance(20_000)
    expect(await says()).toBe('-/all')
  })

  it('a node that comes back: init, up, active, and with auto_failback on its groups come back too', async () => {
    const { call, clock, says } = fredAndBarney('auto_failback on\n')
    const stopping = call('fred', `${INIT} stop`)
    clock.advance(LONG)
    expect(await stopping).toMatchObject({ exitCode: 0 })
    expect(await says()).toBe('-/all')
    const seen = async () => (await call('barney', 'cl_status nodestatus fred')).stdout.trim()
    await call('fred', `${INIT} start`)
    expect(await seen()).toBe('init')
    clock.advance(3_000)
    expect(await seen()).toBe('up')
    clock.advance(3_000)
    expect(await seen()).toBe('active')
    clock.advance(LONG)
    expect(await says()).toBe('local/local')
  })

  it('a clean stop: the other takes over at once, and only after deadtime it is dead, without a reset', async () => {
    const { call, clock, says, log } = fredAndBarney(
      `auto_failback off\nnode fred barney\nstonith_host barney external/ipmi fred 192.168.5.11\n`,
    )
    const seen = async () => (await call('barney', 'cl_status nodestatus fred')).stdout.trim()
    const stopping = call('fred', `${INIT} stop`)
    expect(await says()).toBe('transition/transition')
    clock.advance(10_000)
    await stopping
    expect(`${await says()} ${await seen()}`).toBe('-/all active')
    clock.advance(LONG)
    expect(await seen()).toBe('dead')
    expectInOrder(log('barney').join('\n'), [
      "Received shutdown notice from 'fred'.",
      'Resources being acquired from fred.',
      'mach_down takeover complete for node fred.',
      'node fred: is dead',
      'Dead node fred gave up resources.',
    ])
    expect(log('barney').join('\n')).not.toContain('Resetting')
  })

  it('the loss of a node that only a person may call off: nothing is taken over until exactly y is answered', async () => {
    const { call, clock, control, says, log } = fredAndBarney(
      'auto_failback off\nnode fred barney\nstonith_host * external/ipmi fred 192.168.5.11\nstonith_host barney meatware fred\n',
    )
    const answer = async (said: string) => await call('barney', 'meatclient -c fred', said)
    expect(await answer('y\n')).toEqual({
      exitCode: 4,
      stdout: '',
      stderr: 'Meatware_IPC failed: /var/run/meatware.fred: No such file or directory\n',
    })
    control.killNode('fred')
    clock.advance(LONG)
    expect(await says()).toBe('-/local')
    expect(log('barney').at(-2)).toBe('CRIT: OPERATOR INTERVENTION REQUIRED to reset fred.')
    for (const wrong of ['Y\n', 'yes\n', '']) expect(await answer(wrong)).toMatchObject({ exitCode: 3 })
    const { exitCode, stdout } = await answer('y\n')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/\nPROCEED\? \[yN\] Meatware_client: reset confirmed\.\n$/)
    clock.advance(LONG)
    expect(await says()).toBe('-/all')
    expect(await answer('y\n')).toMatchObject({ exitCode: 4 })
  })

  it('a node that joins: the other is in transition until it knows what that one holds', async () => {
    const { call, clock, says } = fredAndBarney()
    const stopping = call('fred', `${INIT} stop`)
    clock.advance(LONG)
    await stopping
    await call('fred', `${INIT} start`)
    clock.advance(3_000)
    expect(await says()).toBe('transition/transition')
    clock.advance(3_000)
    expect(await says()).toBe('none/all')
  })

  it('a node that never rejoins: its start says 0, and nobody hears it', async () => {
    const { call, clock, control } = fredAndBarney()
    const stopping = call('fred', `${INIT} stop`)
    clock.advance(LONG)
    await stopping
    control.mute('fred', true)
    expect(await call('fred', `${INIT} start`)).toMatchObject({ exitCode: 0 })
    clock.advance(LONG)
    expect(await call('barney', 'cl_status nodestatus fred')).toMatchObject({ stdout: 'dead\n' })
  })

  it('nodes that cannot hear each other both own everything', async () => {
    const { clock, says, control } = fredAndBarney()
    control.split()
    clock.advance(LONG)
    expect(await says()).toBe('all/all')
  })
})

describe('what the tools answer (ha-stacks.md §2, §5)', () => {
  it.each([
    { because: 'flux', says: 'standby message [me] from fred ignored.  Other side is in flux.' },
    { because: 'in progress', says: 'Standby in progress- new request from fred ignored [3600 seconds left]' },
    { because: 'no reply', says: 'No reply to standby request.  Standby request cancelled.' },
  ] as const)(
    'a request that is ignored ($because) exits with 0, and only the log tells',
    async ({ because, says: line }) => {
      const { call, clock, says, control, log } = fredAndBarney()
      control.ignoreStandby('fred', because)
      expect(await call('fred', `${STANDBY} all`)).toMatchObject({ exitCode: 0, stdout: '', stderr: '' })
      clock.advance(LONG)
      expect(await says()).toBe('local/local')
      expect(log('fred').join('\n')).toContain(line)
    },
  )

  it.each(['auto_failback legacy\n', 'deadtime 30\n'])(
    'without auto_failback on or off hb_standby does nothing: %s',
    async cf => {
      const { call, clock, says, log } = fredAndBarney(cf)
      await call('fred', `${STANDBY} all`)
      clock.advance(LONG)
      expect([await says(), log('fred').at(-1)]).toEqual([
        'local/local',
        'WARN: Standby mode only implemented when nice_failback on',
      ])
    },
  )

  it('another word is refused, and where Heartbeat is stopped the script waits for ever', async () => {
    const { call, clock } = fredAndBarney()
    expect(await call('fred', `${STANDBY} everything`)).toMatchObject({ exitCode: 1 })
    const stopping = call('fred', `${INIT} stop`)
    clock.advance(LONG)
    await stopping
    const answered = await Promise.race([call('fred', `${STANDBY} all`).then(() => true), Promise.resolve(false)])
    clock.advance(LONG)
    expect(answered).toBe(false)
  })

  it('cl_status of a stopped Heartbeat: hbstatus says so, everything else prints nothing and exits with 1', async () => {
    const { call, clock } = fredAndBarney()
    expect(await call('fred', 'cl_status hbstatus')).toMatchObject({
      exitCode: 0,
      stdout: 'Heartbeat is running on this machine.\n',
    })
    const stopping = call('fred', `${INIT} stop`)
    clock.advance(LONG)
    await stopping
    expect(await call('fred', 'cl_status hbstatus')).toMatchObject({
      exitCode: 1,
      stdout: 'Heartbeat is stopped on this machine.\n',
    })
    for (const command of ['rscstatus', 'listnodes -n', 'nodestatus barney']) {
      const { exitCode, stdout, stderr } = await call('fred', `cl_status ${command}`)
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
      expect(stderr).toContain("REASON: hb_api_signon: Can't initiate connection to heartbeat")
    }
    expect(await call('fred', `${INIT} status`)).toMatchObject({
      exitCode: 3,
      stdout: 'heartbeat is stopped. No process\n',
    })
    expect(await call('barney', `${INIT} status`)).toMatchObject({
      exitCode: 0,
      stdout: 'heartbeat OK [pid 2345 et al] is running on barney [barney]...\n',
    })
  })

  it('cl_status knows its nodes, its links and what stands in ha.cf', async () => {
    const { call, control } = fredAndBarney()
    control.cutLink('barney', 'eth0')
    expect(await call('fred', 'cl_status listnodes -n')).toMatchObject({ exitCode: 0, stdout: 'fred\nbarney\n' })
    expect(await call('fred', 'cl_status listhblinks barney')).toMatchObject({ stdout: '\teth0\n\tttyS0\n' })
    expect(await call('fred', 'cl_status hblinkstatus barney eth0')).toMatchObject({ exitCode: 1, stdout: 'dead\n' })
    expect(await call('fred', 'cl_status hblinkstatus barney ttyS0')).toMatchObject({ exitCode: 0, stdout: 'up\n' })
    expect(await call('fred', 'cl_status hbparameter -p auto_failback')).toMatchObject({ exitCode: 0, stdout: 'off\n' })
    expect(await call('fred', 'cl_status hbparameter -p respawn')).toMatchObject({ exitCode: 1, stdout: '' })
    expect(await call('fred', 'cl_status nodestatus wilma')).toMatchObject({ exitCode: 11 })
    expect(await call('fred', 'cl_status frobnicate')).toMatchObject({ exitCode: 11 })
  })

  it('the scripts of resources say what really runs, whatever Heartbeat believes', async () => {
    const { call, control } = fredAndBarney()
    const dg1 = '/etc/ha.d/resource.d/evms_failover dg1 status'
    expect(await call('barney', dg1)).toMatchObject({ stdout: 'running\n' })
    expect(await call('fred', dg1)).toMatchObject({ stdout: 'stopped\n' })
    control.startedByHand('evms_failover::dg1', 'fred')
    expect(await call('fred', dg1)).toMatchObject({ stdout: 'running\n' })
    expect(await call('fred', '/etc/ha.d/resource.d/IPaddr 192.168.1.100 status')).toMatchObject({
      stdout: 'running\n',
    })
  })

  it('stonith resets a node, and the cluster hears of it only by its silence', async () => {
    const { call, clock, power, says } = fredAndBarney()
    const reset = call('barney', 'stonith -t external/ipmi -F /tmp/values -T reset fred')
    clock.advance(6_000)
    expect(await reset).toMatchObject({ exitCode: 0 })
    expect([power, await says()]).toEqual([['fred off'], '-/local'])
    clock.advance(60_000)
    expect(await says()).toBe('-/all')
  })
})
