import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Node, nodeFor, until } from './node.ts'
import { fieldsOf } from './reply.ts'
import { describeShells } from './shells.ts'

const DAY = 86_400

describeShells('the list of a node', shell => {
  const node = nodeFor(shell)

  it('has every operation with its run, the highest epoch, and the end of every chain', async () => {
    await node.claim('ended', node.put('exit 2\n'), { epoch: 3, run: '01A', number: 41, step: 'move' })
    await node.claim('going', node.counted('going', 'sleep 1000\n'), { epoch: 3, run: '01B', wait: 0 })
    await until('begun', () => node.executions('going') === 1)
    await node.ask('tombstone', { op: 'given-up' })
    await node.ask('note', { run: '01A', number: 41, seq: 17, head: 'abc' })
    await node.ask('fence', { epoch: 9 })
    const { lines } = await node.ask('list')
    const entries = Object.fromEntries(
      lines.filter(line => line.startsWith('ha1 op ')).map(line => [fieldsOf(line)['op'], fieldsOf(line)]),
    )
    expect(Object.keys(entries).toSorted()).toEqual(['ended', 'given-up', 'going'])
    expect(entries['ended']).toMatchObject({
      state: 'done',
      rc: '2',
      epoch: '3',
      run: '01A',
      number: '41',
      step: 'move',
      out: '0',
    })
    expect(entries['going']).toMatchObject({ state: 'running', run: '01B', number: '42' })
    expect(entries['given-up']).toMatchObject({ state: 'tombstoned', run: '-', epoch: '-' })
    expect(lines.slice(-3)).toEqual(['ha1 fence 9', 'ha1 run run=01A number=41 seq=17 head=abc', 'ha1 end'])
    await node.ask('stop', { op: 'going', grace: 5_000 })
  })

  it('is empty on a node that never had one, and asking leaves nothing there', async () => {
    const fresh = nodeFor(shell)
    expect((await fresh.ask('list')).lines).toEqual(['ha1 fence 0', 'ha1 end'])
    expect(readdirSync(fresh.ledger).toSorted()).toEqual(['bundles', 'runner-0123456789ab'])
  })

  it('keeps the furthest end of a chain: a witness does not go back', async () => {
    for (const [seq, head] of [
      [4, 'd4'],
      [9, 'd9'],
      [6, 'd6'],
    ] as const)
      expect((await node.ask('note', { run: '01W', number: 1, seq, head })).lines[0]).toBe('ha1 noted')
    expect((await node.ask('list')).lines).toContain('ha1 run run=01W number=1 seq=9 head=d9')
  })

  it.each(['', '1 2 3', '\0\0\0\0'])(
    'tells a damaged record (%j) without making anything up, and it never runs',
    async damage => {
      const op = `damaged-${damage.length}`
      await node.claim(op, node.counted(op), { epoch: 30 })
      for (const name of ['claim', 'started', 'result']) writeFileSync(node.file(op, name), damage)
      const line = (await node.ask('list')).lines.find(text => text.includes(`op=${op} `)) ?? ''
      expect(fieldsOf(line)).toMatchObject({
        state: 'interrupted',
        why: 'damaged',
        epoch: '-',
        pid: '-',
        number: '-',
        run: '-',
      })
      expect((await node.claim(op, node.counted(op), { epoch: 30 })).state).toMatchObject({
        state: 'interrupted',
        won: '0',
      })
      expect(node.executions(op)).toBe(1)
    },
  )
})

describeShells('a purge', shell => {
  const node = nodeFor(shell)

  it('removes what has ended and whose deadline is long over, with its bundle, and nothing else', async () => {
    const [old, recent, going] = [node.counted('old'), node.counted('recent'), node.counted('going', 'sleep 1000\n')]
    await node.claim('old', old)
    await node.claim('recent', recent)
    await node.claim('going', going, { wait: 0 })
    await until('begun', () => node.executions('going') === 1)
    for (const op of ['old', 'going']) age(node, op, 40)
    for (const { sha } of [old, recent, going]) ageFile(join(node.ledger, 'bundles', `b-${sha}`), 40)
    expect((await node.ask('purge', { days: 50 })).lines[0]).toBe('ha1 purged 0')
    expect((await node.ask('purge', { days: 30 })).lines[0]).toBe('ha1 purged 1')
    expect(readdirSync(join(node.ledger, 'ops')).toSorted()).toEqual(['going', 'recent'])
    expect(readdirSync(join(node.ledger, 'bundles')).toSorted()).toEqual(
      [`b-${recent.sha}`, `b-${going.sha}`].toSorted(),
    )
    expect(existsSync(join(node.ledger, 'runner-0123456789ab'))).toBe(true)
    await node.ask('stop', { op: 'going', grace: 5_000 })
  })

  it('leaves no way for an old request to run: it is late', async () => {
    const bundle = node.counted('replayed')
    const notafter = Math.floor(Date.now() / 1000) - 40 * DAY
    expect((await node.claim('replayed', bundle, { notafter })).state['state']).toBe('late')
    // With the one that was stopped above.
    expect((await node.ask('purge', { days: 30 })).lines[0]).toBe('ha1 purged 2')
    expect((await node.claim('replayed', bundle, { notafter })).state['state']).toBe('late')
    expect(node.executions('replayed')).toBe(0)
  })

  it('removes what the dead left on their way, old runners and old witnesses', async () => {
    await node.ask('note', { run: '01OLD', number: 1, seq: 1, head: '-' })
    ageFile(join(node.ledger, 'notes/01OLD'), 40)
    writeFileSync(join(node.ledger, 'new/x@1'), '1 1 1 another-boot\n')
    for (const name of ['runner-ffffffffffff', 'put-77-1']) {
      writeFileSync(join(node.ledger, name), '')
      ageFile(join(node.ledger, name), 40)
    }
    await node.ask('purge', { days: 30 })
    expect(readdirSync(join(node.ledger, 'new'))).toEqual([])
    expect(readdirSync(join(node.ledger, 'notes'))).toEqual([])
    expect(readdirSync(node.ledger).filter(name => /^(put|runner)-/.test(name))).toEqual(['runner-0123456789ab'])
  })
})

/** Moves the deadline of an operation so many days back. */
function age(node: Node, op: string, days: number): void {
  const words = readFileSync(node.file(op, 'claim'), 'latin1').split(' ')
  words[8] = `${Number(words[8]) - days * DAY}`
  writeFileSync(node.file(op, 'claim'), words.join(' '))
}

function ageFile(file: string, days: number): void {
  const then = Date.now() / 1000 - days * DAY
  utimesSync(file, then, then)
}
