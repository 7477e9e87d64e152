import { describe, expect, it } from 'vitest'
import { modelUnderTest, SERV } from './model-under-test.ts'

/** Longer than a move, a fencing, a boot. */
const MOVE_MS = 10_000
const LOSS_MS = 30_000
const BOOT_MS = 90_000

describe('the states a service goes through (ha-stacks.md §9.17)', () => {
  it('a planned move: started, stopping, stopped, starting, started elsewhere', async () => {
    const { run, pass, states, control } = modelUnderTest()
    const moved = run('serv-0001', `clusvcadm -r ${SERV} -m serv-0002`)
    await pass(MOVE_MS)
    expect(await moved).toMatchObject({ exitCode: 0 })
    expect(states).toEqual(['112 serv-0001', '113 serv-0001', '110 none', '111 serv-0002', '112 serv-0002'])
    expect(control.state().mounted).toEqual({ 'serv-0001': [], 'serv-0002': ['/mnt'] })
  })

  it('a start that fails: recovering, and back where it was', async () => {
    const { run, pass, states, control } = modelUnderTest()
    control.failStart(SERV, 'serv-0002')
    const moved = run('serv-0001', `clusvcadm -r ${SERV} -m serv-0002`)
    await pass(MOVE_MS)
    expect((await moved).exitCode).toBe(239)
    expect(states).toEqual([
      '112 serv-0001',
      '113 serv-0001',
      '110 none',
      '111 serv-0002',
      '118 serv-0002',
      '111 serv-0001',
      '112 serv-0001',
    ])
  })

  it('a stop that fails: failed, with its mount left behind', async () => {
    const { run, pass, states, control } = modelUnderTest()
    control.failStop(SERV, 'fails')
    const moved = run('serv-0001', `clusvcadm -r ${SERV} -m serv-0002`)
    await pass(MOVE_MS)
    expect((await moved).exitCode).toBe(254)
    expect(states).toEqual(['112 serv-0001', '113 serv-0001', '114 none'])
    expect(control.state().mounted['serv-0001']).toEqual(['/mnt'])
    expect((await run('serv-0002', 'clustat')).stdout).toMatch(/service:serv +\(serv-0001\) +failed/)
  })

  it('a stop that hangs hangs whoever asked for it', async () => {
    const { run, pass, states, control } = modelUnderTest()
    control.failStop(SERV, 'hangs')
    let answered = false
    void run('serv-0001', `clusvcadm -r ${SERV} -m serv-0002`).then(() => (answered = true))
    await pass(BOOT_MS)
    expect(answered).toBe(false)
    expect(states.at(-1)).toBe('113 serv-0001')
  })

  it('a node lost and fenced: recovered elsewhere, and home again when it is back', async () => {
    const { run, pass, states, control } = modelUnderTest()
    control.fenceNode('serv-0001')
    await pass(10_100)
    expect(control.state()).toMatchObject({ members: ['serv-0002'], victims: ['serv-0001'] })
    expect((await run('serv-0002', 'fence_tool ls')).stdout).toMatch(/victim count {2}1[\s\S]*wait state {4}fencing/)
    await pass(LOSS_MS)
    expect(control.state().victims).toEqual([])
    expect(states).toEqual(['112 serv-0001', '118 serv-0001', '111 serv-0002', '112 serv-0002'])
    await pass(BOOT_MS)
    expect(states.slice(-5)).toEqual(['112 serv-0002', '113 serv-0002', '110 none', '111 serv-0001', '112 serv-0001'])
  })

  it('a node lost that cannot be fenced: everything waits, LVM too, until somebody acknowledges', async () => {
    const { run, pass, states, control } = modelUnderTest()
    control.failFencing('serv-0001')
    control.killNode('serv-0001')
    await pass(BOOT_MS)
    expect(control.state().victims).toEqual(['serv-0001'])
    expect(states).toEqual(['112 serv-0001'])
    let listed = ''
    void run('serv-0002', 'lvs shared_vg').then(({ stdout }) => (listed = stdout))
    await pass(LOSS_MS)
    expect(listed).toBe('')
    expect((await run('serv-0002', `clusvcadm -r ${SERV}`)).exitCode).toBe(243)

    expect((await run('serv-0002', 'fence_ack_manual serv-0001', 'yes\n')).exitCode).toBe(1)
    const told = await run('serv-0002', 'fence_ack_manual serv-0001', 'absolutely\n')
    expect(told).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Done') })
    await pass(LOSS_MS)
    expect(states.at(-1)).toBe('112 serv-0002')
    expect(listed).toContain('ha_lv')
  })

  it('without quorum: Inquorate, nothing is said of services, and rgmanager stops them; with it they start again', async () => {
    const { run, pass, states, control } = modelUnderTest()
    control.loseQuorum(true)
    await pass(MOVE_MS)
    const { stdout } = await run('serv-0001', 'clustat')
    expect(stdout).toContain('Member Status: Inquorate')
    expect(stdout).not.toContain('service:serv')
    expect((await run('serv-0001', `clusvcadm -r ${SERV} -m serv-0002`)).exitCode).toBe(247)
    expect(control.state().mounted).toEqual({ 'serv-0001': [], 'serv-0002': [] })
    control.loseQuorum(false)
    await pass(MOVE_MS)
    expect(states).toEqual(['112 serv-0001', '113 serv-0001', '110 none', '111 serv-0001', '112 serv-0001'])
  })

  it('a node that comes back: Offline, Online, Online with rgmanager', async () => {
    const { run, pass, control } = modelUnderTest()
    control.killNode('serv-0002')
    await pass(LOSS_MS)
    const seen: string[] = []
    control.startNode('serv-0002')
    for (let passed = 0; passed < BOOT_MS; passed += 500) {
      await pass(500)
      const word = /serv-0002 +2 (.*?) *$/m.exec((await run('serv-0001', 'clustat')).stdout)?.[1] ?? '?'
      if (seen.at(-1) !== word) seen.push(word)
    }
    expect(seen).toEqual(['Offline', 'Online', 'Online, rgmanager'])
  })

  it('a frozen service stays where it was even when its node dies', async () => {
    const { run, pass, states, control } = modelUnderTest()
    expect((await run('serv-0001', `clusvcadm -Z ${SERV}`)).exitCode).toBe(0)
    expect((await run('serv-0002', `clusvcadm -r ${SERV}`)).exitCode).toBe(245)
    control.killNode('serv-0001')
    await pass(LOSS_MS)
    expect(control.state().victims).toEqual([])
    expect(states).toEqual(['112 serv-0001'])
  })

  it('a node that never rejoins boots, and is no member', async () => {
    const { pass, control } = modelUnderTest()
    control.neverRejoins('serv-0001')
    control.fenceNode('serv-0001')
    await pass(LOSS_MS + BOOT_MS)
    expect(control.state().members).toEqual(['serv-0002'])
  })

  it('an acknowledgement that nobody waits for waits for ever', async () => {
    const { run, pass } = modelUnderTest()
    let answered = false
    void run('serv-0002', 'fence_ack_manual serv-0001', 'absolutely\n').then(() => (answered = true))
    await pass(BOOT_MS)
    expect(answered).toBe(false)
  })
})

describe('daemons in their order', () => {
  it('cman does not stop while clvmd holds its locks', async () => {
    const { run, pass } = modelUnderTest()
    const stopped = run('serv-0002', 'service cman stop')
    await pass(MOVE_MS)
    expect(await stopped).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('found dlm lockspace') })
  })

  it('a node that leaves by itself gives its services away first, and is not fenced', async () => {
    const { run, pass, control, states } = modelUnderTest()
    for (const daemon of ['rgmanager', 'clvmd', 'cman']) {
      const stopped = run('serv-0001', `service ${daemon} stop`)
      await pass(MOVE_MS)
      expect((await stopped).exitCode).toBe(0)
    }
    await pass(LOSS_MS)
    expect(control.state()).toMatchObject({ members: ['serv-0002'], victims: [] })
    expect(states.at(-1)).toBe('112 serv-0002')
    expect((await run('serv-0001', 'clustat -x')).exitCode).toBe(1)
    expect((await run('serv-0001', 'service cman status')).exitCode).toBe(3)
  })
})
