import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { endProcess, lives, type Node, nodeFor, until } from './node.ts'
import { fieldsOf, joined } from './reply.ts'
import { describeShells } from './shells.ts'

/** Claims an operation and waits until it has said that it is where the test wants it. */
async function begin(node: Node, op: string, script: string): Promise<{ readonly pid: number }> {
  await node.claim(op, node.counted(op, `${script}\n`), { wait: 0 })
  await until(`${op} is ready`, () => existsSync(join(node.folder, `${op}.ready`)) || node.executions(op) > 1)
  return { pid: Number((await node.attach(op, { wait: 0 })).state['pid']) }
}

describeShells('a stop', shell => {
  const node = nodeFor(shell)
  const ready = (op: string): string => `touch '${node.folder}/${op}.ready'`
  const stop = async (op: string, grace = 10_000) => await node.ask('stop', { op, grace })

  it('ends what obeys TERM; its exit is recorded', async () => {
    await begin(node, 'obeys', `${ready('obeys')}; sleep 1000`)
    const { lines, state, text } = await stop('obeys')
    expect(lines[0], text).toBe('ha1 stop gone ended')
    expect(state).toMatchObject({ state: 'done', rc: '143', sig: 'TERM' })
    expect(node.processes()).toEqual([])
  })

  it('lets a script tidy up, which then ends as it likes', async () => {
    await begin(node, 'tidies', `trap 'echo tidied; exit 9' TERM; ${ready('tidies')}; while :; do sleep 0.1; done`)
    const { lines, state, text } = await stop('tidies')
    expect(lines[0], text).toBe('ha1 stop gone ended')
    expect(state).toMatchObject({ state: 'done', rc: '9', sig: '-' })
    expect(joined((await node.attach('tidies')).out).toString()).toBe('tidied\n')
  })

  it('kills what ignores TERM when its grace is over; its exit is recorded even then', async () => {
    await begin(node, 'ignores', `trap '' TERM; ${ready('ignores')}; while :; do sleep 0.1; done`)
    const { lines, state, text } = await stop('ignores', 200)
    expect(lines[0], text).toBe('ha1 stop gone killed')
    expect(state).toMatchObject({ state: 'done', rc: '137', sig: 'KILL' })
    expect(node.processes()).toEqual([])
  })

  it('ends children and grandchildren of its group, obedient or not', async () => {
    const script = `sh -c 'trap "" TERM; sleep 1000 & sleep 1000 & while :; do sleep 0.1; done' & sleep 1000 & (sleep 1000 & sleep 1000) & ${ready('family')}; wait; sleep 1000`
    await begin(node, 'family', script)
    await until('the family is there', () => node.processes().length >= 8)
    const { lines, state, text } = await stop('family', 300)
    expect(lines[0], text).toBe('ha1 stop gone killed')
    expect(state['state']).toBe('done')
    expect(node.processes()).toEqual([])
  })

  it('ends what outlived its script in the group when asked again, since it was being ended', async () => {
    const { pid } = await begin(
      node,
      'leaves',
      `(trap '' TERM; while :; do sleep 0.1; done) & ${ready('leaves')}; wait; exit 0`,
    )
    // A stop whose link is lost before its grace is over.
    const first = node.begin('stop', { op: 'leaves', grace: 60_000 })
    await until('the script has ended', () => existsSync(node.file('leaves', 'result')))
    endProcess(first.pid)
    await until('it has left something', () => !lives(pid))
    const { lines, state, text } = await stop('leaves', 100)
    expect(lines[0], text).toBe('ha1 stop gone killed')
    expect(state['state']).toBe('done')
    expect(node.processes()).toEqual([])
  })

  it('leaves alone what a change that ended by itself left in the background', async () => {
    const reply = await node.claim('daemon', node.put('sleep 1000 &\n'))
    expect(reply.state['state']).toBe('done')
    expect((await stop('daemon', 100)).lines[0]).toBe('ha1 stop gone before')
    // Its result is told before it is synced to the disk.
    await until('its first process has left', () => node.processes().length <= 1)
    expect(node.processes()).toHaveLength(1)
    for (const pid of node.processes()) process.kill(pid, 'SIGKILL')
  })

  it('never ends a stranger that has the number of its process now', async () => {
    await begin(node, 'reused', `${ready('reused')}; sleep 1000`)
    await stop('reused')
    const stranger = spawn('setsid', ['sleep', '1000'], { stdio: 'ignore' })
    await once(stranger, 'spawn')
    try {
      const pid = stranger.pid ?? 0
      await until('the stranger leads its group', () =>
        readFileSync(`/proc/${pid}/stat`, 'latin1').includes(`(sleep) S`),
      )
      pretendItRuns(node, 'reused', pid)
      const { lines, state } = await stop('reused', 100)
      expect(lines[0]).toBe('ha1 stop gone before')
      expect(state['state']).toBe('interrupted')
      expect(lives(pid)).toBe(true)
    } finally {
      stranger.kill('SIGKILL')
    }
  })

  it('takes the start away from what was claimed and not started: it never runs', async () => {
    // A claimer that is there and goes no further: this process.
    const stat = readFileSync('/proc/self/stat', 'latin1')
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const bundle = node.counted('held')
    mkdirSync(node.file('held', ''), { recursive: true })
    const record = `1 ${process.pid} ${start} ${boot} 1800000000 1 ${bundle.sha} ${bundle.sum} 1999999999 01JD 42 move 7 - ok\n`
    writeFileSync(node.file('held', 'claim'), record)
    expect((await node.attach('held', { wait: 0 })).state).toMatchObject({ state: 'claimed', claimed: '1800000000' })
    const { lines, state } = await stop('held')
    expect(lines[0]).toBe('ha1 stop gone unstarted')
    expect(state).toMatchObject({ state: 'tombstoned', why: 'stopped' })
    expect((await node.claim('held', bundle)).state).toMatchObject({ state: 'tombstoned', won: '0' })
    expect(node.executions('held')).toBe(0)
  })

  it('of one that nobody is about to start any more is not needed: it is given up by whoever looks', async () => {
    mkdirSync(node.file('given-up', ''), { recursive: true })
    writeFileSync(
      node.file('given-up', 'claim'),
      `1 1 1 ${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} 1800000000 1 aa 1-1 1999999999 01JD 42 move 7 - ok\n`,
    )
    const listed = (await node.ask('list')).lines.find(line => line.includes('op=given-up')) ?? ''
    expect(fieldsOf(listed)).toMatchObject({ state: 'tombstoned', why: 'abandoned', number: '42', step: 'move' })
    expect((await node.attach('given-up')).state).toMatchObject({ state: 'tombstoned', why: 'abandoned' })
  })
})

/** Makes the record of an ended operation say that it runs as this process, started at another time. */
function pretendItRuns(node: Node, op: string, pid: number): void {
  const [version, , start = '', boot, started] = readFileSync(node.file(op, 'started'), 'latin1').split(' ')
  writeFileSync(node.file(op, 'started'), `${version} ${pid} ${start} ${boot} ${started} setsid ${pid} ok\n`)
  writeFileSync(node.file(op, 'result'), '')
}
