import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Execution, ExecutionResult, OutputSink, Shell } from '../../../src/runs/ports.ts'
import { operationsOver, type TestOperations } from '../../support/operations.ts'
import { shellFor, type TestShell } from '../../support/ssh-shell.ts'
import { type Sshd, startSshd } from '../../support/sshd.ts'

let sshd: Sshd
let shell: TestShell
let operations: TestOperations
/** The claims that were sent, to be sent again. */
const claims: Execution[] = []

beforeAll(async () => {
  sshd = await startSshd()
  shell = shellFor(sshd)
  operations = await operationsOver(shell, noting(shell))
})
afterAll(async () => {
  await shell?.close()
  await sshd?.close()
})

function noting(inner: Shell): Shell {
  return {
    execute: async execution => {
      if (execution.call?.[1] === 'claim') claims.push(execution)
      return await inner.execute(execution)
    },
  }
}

async function linesOf(name: string): Promise<string[]> {
  const file = join(sshd.folder, name)
  return existsSync(file) ? (await readFile(file, 'utf8')).split('\n').slice(0, -1) : []
}

/** A sink whose first chunk can be waited for. */
function firstOutput(): { readonly output: OutputSink; readonly text: Promise<string> } {
  let output: OutputSink = () => undefined
  const text = new Promise<string>(resolve => {
    output = (_, chunk) => resolve(chunk.toString())
  })
  return { output: (stream, chunk) => output(stream, chunk), text }
}

/** Sends a claim once more, as a network that was slow would, with some of its words changed. */
async function replay(claim: Execution | undefined, changed: (word: string) => string = word => word): Promise<string> {
  if (!claim?.call) throw new Error('no claim was sent')
  const { output: _, signal: __, ...rest } = claim
  const result: ExecutionResult = await shell.execute({
    ...rest,
    call: claim.call.map(changed),
    signal: new AbortController().signal,
    keepBytes: 10_000,
  })
  return result.kind === 'exited' ? result.stdout.text : result.kind
}

describe('a change on a real node', () => {
  it('gives both streams in full, the exit, and what the node recorded', async () => {
    const told = await operations.change('plain', 'echo out; echo err >&2; printf "no newline"; exit 3')
    expect(told.end).toMatchObject({
      kind: 'done',
      exitCode: 3,
      exitSignal: '',
      complete: true,
      stdout: { text: 'out\nno newline' },
      stderr: { text: 'err\n' },
    })
    expect(told.stdout.toString()).toBe('out\nno newline')
    expect(told.end.kind === 'done' && told.end.record).toMatch(
      /^claimed .*Z, started .*Z as process \d+, ended .*Z with exit code 3, started by \w+$/,
    )
  })

  it('hands the script over unchanged, however long it is, and gives it an empty standard input', async () => {
    const text = `${'x'.repeat(300_000)} it's "a" \\n $HOME \`id\` ü☃`
    const script = `cat\ncat <<'END'\n${text}\nEND\ntty`
    const { end, stdout } = await operations.change('long', script)
    expect(stdout.toString()).toBe(`${text}\nnot a tty\n`)
    expect(end).toMatchObject({ kind: 'done', complete: true })
  })

  it('brings its output while it runs', async () => {
    const first = firstOutput()
    const going = join(sshd.folder, 'going')
    const script = `echo begun; until [ -e ${going} ]; do sleep 0.05; done; echo more`
    const change = operations.change('live', script, { output: first.output })
    expect(await first.text).toBe('begun\n')
    await shell.run(`touch ${going}`)
    expect((await change).end).toMatchObject({ kind: 'done', complete: true, stdout: { text: 'begun\nmore\n' } })
  })

  it('runs once, however often it is asked for, and every time what it did is told in full', async () => {
    const script = `echo ran >>${join(sshd.folder, 'once')}; echo done`
    const all = await Promise.all(
      ['begin', 'continue', 'begin', 'continue', 'settle'].map(async (mode, i) => {
        if (i === 4) await operations.change('once', script)
        return await operations.change('once', script, { mode: mode as 'begin' })
      }),
    )
    for (const { end, stdout } of all) {
      expect(end).toMatchObject({ kind: 'done', exitCode: 0, complete: true })
      expect(stdout.toString()).toBe('done\n')
    }
    expect(await linesOf('once')).toEqual(['ran'])
  })

  it('names the signal that killed it', async () => {
    expect((await operations.change('killed', 'kill -TERM $$')).end).toMatchObject({
      kind: 'done',
      exitCode: -1,
      exitSignal: 'SIGTERM',
    })
  })

  it('whose process was killed with all that it had is interrupted', async () => {
    const begun = firstOutput()
    // The script’s parent is the runner, which would have written the exit down.
    const change = operations.change('lost', 'echo $PPID $$; exec sleep 600', { output: begun.output })
    await shell.run(`kill -9 ${(await begun.text).trim()}`)
    const { end } = await change
    expect(end).toMatchObject({ kind: 'interrupted' })
    expect(end.kind === 'interrupted' && end.reason).toContain('its exit was not recorded: its process is gone')
  })

  it('that a person stops is gone afterwards, with all it had started', async () => {
    const stop = new AbortController()
    const told: Buffer[] = []
    const script = 'sleep 1001 & echo $! $$; trap "" TERM; while :; do sleep 1002; done'
    const output = (_: string, chunk: Buffer): void => {
      told.push(chunk)
      if (chunk.includes('\n')) stop.abort()
    }
    const { end } = await operations.change('stopped', script, { stop: stop.signal, output })
    expect(end).toMatchObject({ kind: 'done', stopped: 'person', exitCode: -1, complete: true })
    const [child, own] = Buffer.concat(told).toString().trim().split(' ')
    expect(await shell.run(`kill -0 ${child} || kill -0 ${own}`)).toMatchObject({ exitCode: 1 })
  })

  it('whose time is up is ended', async () => {
    expect((await operations.change('slow', 'echo begun; sleep 1003', { timeoutMs: 1_500 })).end).toMatchObject({
      ...{ kind: 'done', stopped: 'timeout', exitSignal: 'SIGTERM', stdout: { text: 'begun\n' } },
    })
  })

  it('goes on when the worker leaves, and the next worker has all of its output', async () => {
    const detach = new AbortController()
    const going = join(sshd.folder, 'left')
    const script = `echo begun; until [ -e ${going} ]; do sleep 0.05; done; echo more`
    expect(
      (await operations.change('left', script, { detach: detach.signal, output: () => detach.abort() })).end,
    ).toEqual({ kind: 'detached' })
    await shell.run(`touch ${going}`)
    const { end, stdout } = await operations.change('left', script, { mode: 'continue' })
    expect(end).toMatchObject({ kind: 'done', exitCode: 0, complete: true })
    expect(stdout.toString()).toBe('begun\nmore\n')
  })
})

describe('a claim that comes again', () => {
  it('does not run twice', async () => {
    await operations.change('again', `echo ran >>${join(sshd.folder, 'again')}`)
    expect(await replay(claims.at(-1))).toContain('state=done')
    expect(await linesOf('again')).toEqual(['ran'])
  })

  it('or for the first time, but after it was given up, never runs', async () => {
    const script = `echo ran >>${join(sshd.folder, 'given-up')}`
    await operations.change('template', script)
    expect((await operations.change('given-up', script, { mode: 'settle' })).end).toMatchObject({
      kind: 'not-run',
      code: 'tombstoned',
    })
    const before = await linesOf('given-up')
    expect(await replay(claims.at(-1), word => word.replace('op=template', 'op=given-up'))).toContain(
      'state=tombstoned',
    )
    expect(await linesOf('given-up')).toEqual(before)
  })

  it('or for the first time, but after its time, never runs', async () => {
    const script = `echo ran >>${join(sshd.folder, 'late')}`
    await operations.change('in-time', script)
    const late = (word: string): string =>
      word.replace('op=in-time', 'op=late').replace(/^notafter=.*/, 'notafter=1700000000')
    expect(await replay(claims.at(-1), late)).toContain('state=late')
    expect(await linesOf('late')).toEqual(['ran'])
    expect((await operations.change('late', script, { mode: 'continue' })).end).toMatchObject({
      kind: 'not-run',
      code: 'late',
    })
  })

  it('of a lower epoch than the node has seen is refused', async () => {
    const signal = new AbortController().signal
    expect(await operations.fence('c', 'n1', 5, signal)).toEqual({ ok: true, value: true })
    expect((await operations.change('old', 'echo never', { epoch: 4 })).end).toMatchObject({
      kind: 'not-run',
      code: 'fenced',
    })
    expect((await operations.change('new', 'echo now', { epoch: 5 })).end).toMatchObject({ kind: 'done' })
  })
})

it('a node keeps a ledger and the end of every chain', async () => {
  const signal = new AbortController().signal
  await operations.change('kept', 'exit 7', { epoch: 8 })
  const head = { run: '01JDYYYYYYYYYYYYYYYYYYYYYY', number: 9, seq: 12, head: 'f00d' }
  expect(await operations.witness({ cluster: 'c', node: 'n1' }, head, signal)).toEqual({ ok: true, value: true })
  const ledger = await operations.ledger('c', 'n1', signal)
  if (!ledger.ok) throw new Error(ledger.reason)
  expect(ledger.value.epoch).toBe(8)
  expect(ledger.value.heads).toContainEqual(head)
  expect(ledger.value.operations).toContainEqual(
    expect.objectContaining({ operation: 'kept', state: 'done', exitCode: 7, step: 'move', number: 7 }),
  )
})
