import { existsSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { endProcess, lives, nodeFor, sha256, until } from './node.ts'
import { joined } from './reply.ts'
import { describeShells } from './shells.ts'

describeShells('an operation on a node', shell => {
  const node = nodeFor(shell)

  it('is claimed, run, followed to its end, and told with its exit, its times and the hashes of its output', async () => {
    const bundle = node.counted('plain', 'echo moved\necho careful >&2\nexit 3\n')
    const reply = await node.claim('plain', bundle)
    expect(joined(reply.out).toString()).toBe('moved\n')
    expect(joined(reply.err).toString()).toBe('careful\n')
    expect(reply.state, reply.text).toMatchObject({
      op: 'plain',
      state: 'done',
      won: '1',
      rc: '3',
      sig: '-',
      why: '-',
      epoch: '1',
      launcher: 'setsid',
      out: '6',
      err: '8',
      outsha: sha256('moved\n'),
      errsha: sha256('careful\n'),
    })
    for (const time of ['claimed', 'started', 'ended', 'now'])
      expect(Number(reply.state[time])).toBeGreaterThan(1_600_000_000)
  })

  it('runs once, however often it is claimed; later claims get what the first one did', async () => {
    const bundle = node.counted('twice', 'echo once\n')
    await node.claim('twice', bundle)
    const again = await node.claim('twice', bundle)
    expect(again.state).toMatchObject({ state: 'done', won: '0', rc: '0' })
    expect(joined(again.out).toString()).toBe('once\n')
    expect(node.executions('twice')).toBe(1)
  })

  it('is absent when nobody claimed it, and asking leaves no trace', async () => {
    expect((await node.attach('nobody')).state).toMatchObject({
      state: 'absent',
      won: '0',
      rc: '-',
      epoch: '-',
      out: '0',
      err: '0',
    })
    expect((await node.ask('stop', { op: 'nobody', grace: 100 })).lines[0]).toBe('ha1 stop absent -')
    expect(existsSync(node.file('nobody', ''))).toBe(false)
  })

  it('is running while its process is there; who asks without waiting gets what there is so far', async () => {
    const bundle = node.counted(
      'slow',
      `echo begun\nuntil [ -e '${node.folder}/go' ]; do sleep 0.05; done\necho ended\n`,
    )
    const first = await node.claim('slow', bundle, { wait: 0 })
    expect(first.state['state']).toMatch(/claimed|running/)
    await until('begun', () => node.executions('slow') === 1)
    const running = await node.attach('slow', { wait: 0 })
    expect(running.state, running.text).toMatchObject({ state: 'running', rc: '-', ended: '-', outsha: '-' })
    writeFileSync(join(node.folder, 'go'), '')
    expect((await node.attach('slow')).state).toMatchObject({ state: 'done', rc: '0' })
  })

  it('is fenced when the node has seen a higher epoch, and stays so', async () => {
    expect((await node.ask('fence', { epoch: 5 })).lines).toEqual(['ha1 fence 5', 'ha1 end'])
    const bundle = node.counted('old')
    expect((await node.claim('old', bundle, { epoch: 4 })).state).toMatchObject({
      state: 'fenced',
      won: '1',
      epoch: '4',
    })
    expect((await node.claim('old', bundle, { epoch: 6 })).state).toMatchObject({ state: 'fenced', won: '0' })
    expect(node.executions('old')).toBe(0)
  })

  it('raises the epoch of the node by its own', async () => {
    await node.claim('new', node.counted('new'), { epoch: 12 })
    expect((await node.claim('older', node.counted('older'), { epoch: 11 })).state['state']).toBe('fenced')
    expect((await node.ask('fence', { epoch: 7 })).lines[0]).toBe('ha1 fence 12')
    await node.claim('same', node.counted('same'), { epoch: 12 })
    expect(node.executions('same')).toBe(1)
  })

  it('is late behind its deadline by the clock of the node', async () => {
    const notafter = Math.floor(Date.now() / 1000) - 2
    expect((await node.claim('late', node.counted('late'), { notafter, epoch: 20 })).state).toMatchObject({
      state: 'late',
      won: '1',
    })
    expect(node.executions('late')).toBe(0)
  })

  it('is refused when its bundle is missing, cut off or altered', async () => {
    const [missing, cut, altered] = [
      node.counted('missing'),
      node.counted('cut', 'exit 0\n'),
      node.counted('altered', 'exit 1\n'),
    ]
    rmSync(join(node.ledger, 'bundles', `b-${missing.sha}`))
    truncateSync(join(node.ledger, 'bundles', `b-${cut.sha}`), 20)
    writeFileSync(join(node.ledger, 'bundles', `b-${altered.sha}`), 'echo something else\n')
    for (const [op, bundle] of Object.entries({ missing, cut, altered })) {
      expect((await node.claim(op, bundle, { epoch: 20 })).state).toMatchObject({ state: 'refused', why: 'bundle' })
      expect(node.executions(op)).toBe(0)
    }
  })

  it('never runs once it is tombstoned', async () => {
    expect((await node.ask('tombstone', { op: 'buried' })).state).toMatchObject({ state: 'tombstoned', won: '1' })
    expect((await node.claim('buried', node.counted('buried'), { epoch: 20 })).state).toMatchObject({
      state: 'tombstoned',
      won: '0',
    })
    expect((await node.ask('tombstone', { op: 'buried' })).state).toMatchObject({ state: 'tombstoned', won: '0' })
    expect(node.executions('buried')).toBe(0)
  })

  it('cannot be tombstoned once it was claimed: what became of it is told instead', async () => {
    await node.claim('carried', node.counted('carried', 'exit 4\n'), { epoch: 20 })
    expect((await node.ask('tombstone', { op: 'carried' })).state).toMatchObject({ state: 'done', won: '0', rc: '4' })
  })

  it('is interrupted when its processes were killed', async () => {
    await node.claim('killed', node.counted('killed', 'echo before\nexec sleep 1000\n'), { epoch: 20, wait: 0 })
    await until('begun', () => node.executions('killed') === 1)
    const pid = Number((await node.attach('killed', { wait: 0 })).state['pid'])
    process.kill(-pid, 'SIGKILL')
    const reply = await node.attach('killed')
    expect(reply.state, reply.text).toMatchObject({ state: 'interrupted', rc: '-', why: '-', ended: '-' })
    expect(joined(reply.out).toString()).toBe('before\n')
    expect(
      (await node.claim('killed', node.counted('killed', 'echo before\nexec sleep 1000\n'), { epoch: 20 })).state[
        'state'
      ],
    ).toBe('interrupted')
    expect(node.executions('killed')).toBe(1)
  })

  it('says so when only its first process was killed and the rest of it goes on', async () => {
    await node.claim('orphaned', node.counted('orphaned', 'sleep 1000\n'), { epoch: 20, wait: 0 })
    await until('begun', () => node.executions('orphaned') === 1)
    const pid = Number((await node.attach('orphaned', { wait: 0 })).state['pid'])
    endProcess(pid)
    expect((await node.attach('orphaned')).state).toMatchObject({ state: 'interrupted', why: 'left' })
    const stop = await node.ask('stop', { op: 'orphaned', grace: 5_000 })
    expect(stop.lines[0]).toBe('ha1 stop gone ended')
    expect(stop.state).toMatchObject({ state: 'interrupted', why: '-' })
  })
})

describeShells('an operation, after the node was restarted', shell => {
  const node = nodeFor(shell, { env: folder => ({ HA_RUNNER_BOOT_ID_FILE: join(folder, 'boot_id') }) })
  const boot = (id: string): void => writeFileSync(join(node.folder, 'boot_id'), `${id}\n`)

  it('is interrupted unless its exit was written, and a stop ends nothing: its process number is somebody else’s now', async () => {
    boot('first')
    await node.claim('over', node.counted('over'))
    const caught = node.counted('caught', 'sleep 1000\n')
    await node.claim('caught', caught, { wait: 0 })
    await until('begun', () => node.executions('caught') === 1)
    boot('second')
    expect((await node.attach('over')).state).toMatchObject({ state: 'done', rc: '0' })
    const { state } = await node.attach('caught')
    expect(state).toMatchObject({ state: 'interrupted', why: 'reboot' })
    expect((await node.ask('stop', { op: 'caught', grace: 100 })).lines[0]).toBe('ha1 stop gone before')
    expect(lives(Number(state['pid']))).toBe(true)
    expect((await node.claim('caught', caught)).state).toMatchObject({ state: 'interrupted', won: '0' })
    expect(node.executions('caught')).toBe(1)
  })
})
