import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { operationsOver, type TestOperations, type Told } from '../../support/operations.ts'
import { shellFor, type TestShell } from '../../support/ssh-shell.ts'
import { type Sshd, startSshd } from '../../support/sshd.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

const MEBI = 1024 * 1024

let sshd: Sshd
let proxy: TcpProxy
let shell: TestShell
let operations: TestOperations

beforeAll(async () => {
  sshd = await startSshd({ config: ['MaxStartups 100:30:200'] })
})
afterAll(async () => await sshd?.close())

beforeEach(async () => {
  proxy = await startTcpProxy(sshd)
  await writeFile(sshd.knownHostsFile, sshd.knownHostsLines(`[127.0.0.1]:${proxy.port}`))
  shell = shellFor(sshd, {
    nodes: [{ name: 'n1', address: '127.0.0.1', port: proxy.port }],
    limits: { connectPauseMs: 5 },
  })
  operations = await operationsOver(shell)
})
afterEach(async () => {
  await shell?.close()
  await proxy?.close()
})

let number = 0

/** A change that leaves a line in a file of its own every time it runs, and prints what its length and SHA-256 can be known of. */
function counted(bytes: number): { readonly id: string; readonly script: string; ran(): Promise<string> } {
  const id = `op-${number++}`
  const file = join(sshd.folder, id)
  const script = `echo ran >>${file}; head -c ${bytes} /dev/zero | tr '\\0' x; echo done >&2`
  return { id, script, ran: async () => (existsSync(file) ? await readFile(file, 'utf8') : '') }
}

function expectWhole({ end, stdout, stderr }: Told, bytes: number): void {
  expect(end).toMatchObject({ kind: 'done', exitCode: 0, complete: true, stdout: { bytes } })
  expect(stdout.equals(Buffer.alloc(bytes, 'x'))).toBe(true)
  expect(stderr.toString()).toBe('done\n')
}

interface Cut {
  readonly direction: 'up' | 'down'
  readonly bytes: number
  readonly thenAfterMs: number | null
  readonly length: number
  readonly mode: 'begin' | 'continue'
}

/** Carries a change out while the link is cut like that; answers how it ended. */
async function carriedOver(cut: Cut | null): Promise<string> {
  const { length, mode } = cut ?? { length: 10, mode: 'begin' as const }
  const { id, script, ran } = counted(length)
  if (cut) proxy.cutAfter(cut.direction, cut.bytes)
  const changing = operations.change(id, script, { mode })
  if (cut?.thenAfterMs != null) void delay(cut.thenAfterMs).then(() => proxy.cut())
  const told = await changing
  // Where even connecting again was cut, it can be that nothing was sent.
  const isNotRun = told.end.kind === 'not-run'
  if (!isNotRun) expectWhole(told, length)
  expect(await ran()).toBe(isNotRun ? '' : 'ran\n')
  return told.end.kind
}

describe('a link that breaks', () => {
  it('never makes a change run twice, never loses its result or a byte of its output: 200 changes, cut at random', async () => {
    const cuts: fc.Arbitrary<Cut> = fc.record({
      direction: fc.constantFrom('up' as const, 'down' as const),
      bytes: fc.oneof(fc.integer({ min: 0, max: 1_500 }), fc.integer({ min: 0, max: 12_000 })),
      thenAfterMs: fc.option(fc.integer({ min: 0, max: 60 }), { freq: 2 }),
      length: fc.constantFrom(0, 10, 5_000, 200_000),
      mode: fc.constantFrom('begin' as const, 'continue' as const),
    })
    let broken = 0
    const ends: Record<string, number> = {}
    await fc.assert(
      fc.asyncProperty(fc.option(cuts, { freq: 3 }), async cut => {
        const before = proxy.opened()
        const kind = await carriedOver(cut)
        ends[kind] = (ends[kind] ?? 0) + 1
        if (proxy.opened() > before) broken++
      }),
      { numRuns: 200, endOnFailure: true },
    )
    // Else this would have shown nothing.
    expect(broken).toBeGreaterThan(40)
    expect(ends['done']).toBeGreaterThan(150)
  }, 600_000)

  it('just after the claim was sent, and again and again, changes nothing', async () => {
    const { id, script, ran } = counted(100)
    const cutting = await operationsOver(shell, {
      execute: async execution => {
        const isClaim = execution.call?.[1] === 'claim'
        // What the request takes, and not a byte of the answer.
        if (isClaim) proxy.cutAfter('down', 200)
        return await shell.execute(execution)
      },
    })
    expectWhole(await cutting.change(id, script), 100)
    expect(await ran()).toBe('ran\n')
  }, 60_000)

  it('with the whole sshd behind it, in the middle of a change, is waited out', async () => {
    const { id, script, ran } = counted(1000)
    const going = join(sshd.folder, 'going')
    let restarted: Promise<void> | undefined
    const told = await operations.change(id, `echo begun; until [ -e ${going} ]; do sleep 0.05; done; ${script}`, {
      output: () => {
        restarted ??= sshd.restart().then(async () => await writeFile(going, ''))
      },
    })
    await restarted
    expect(told.end).toMatchObject({ kind: 'done', exitCode: 0, complete: true, stdout: { bytes: 1006 } })
    expect(await ran()).toBe('ran\n')
  }, 60_000)

  it('and stays broken makes a change silent, not failed; whoever asks later has all of it', async () => {
    const { id, script, ran } = counted(50)
    const mute = await operationsOver(shell, {
      execute: async execution => {
        if (execution.call !== undefined) {
          proxy.cutAfter('down', 200)
          proxy.dropNext(10_000)
        }
        return await shell.execute(execution)
      },
    })
    const { end } = await mute.change(id, script, { patienceMs: 1_500 })
    expect(end).toMatchObject({ kind: 'silent' })
    expect(end.kind === 'silent' && end.reason).toContain('may still be running')
    proxy.dropNext(0)
    proxy.cut()
    const later = await operations.change(id, script, { mode: 'settle' })
    if (later.end.kind === 'done') expectWhole(later, 50)
    else expect(later.end).toMatchObject({ kind: 'not-run', code: 'tombstoned' })
    expect(await ran()).toBe(later.end.kind === 'done' ? 'ran\n' : '')
  }, 60_000)
})

describe('much output', () => {
  it('of 64 MiB through a link that is cut again and again is whole by its SHA-256, within a bounded memory', async () => {
    const size = 64 * MEBI
    const hash = createHash('sha256')
    let got = 0
    let cutAt = MEBI
    let cuts = 0
    let peak = 0
    const start = process.memoryUsage.rss()
    const { end } = await operations.change(
      'large',
      `head -c ${size} /dev/zero; sha=$(head -c ${size} /dev/zero | sha256sum); echo "$sha" >&2`,
      {
        keepBytes: 1_000,
        output: async (stream, chunk) => {
          if (stream === 'stderr') return
          hash.update(chunk)
          got += chunk.length
          peak = Math.max(peak, process.memoryUsage.rss())
          if (got >= cutAt) {
            cutAt += 11 * MEBI
            cuts++
            proxy.cut()
          }
          await new Promise(setImmediate)
        },
      },
    )
    expect(end).toMatchObject({ kind: 'done', complete: true, stdout: { bytes: size, truncated: true } })
    expect(got).toBe(size)
    expect(end.kind === 'done' && end.stderr.text).toContain(hash.digest('hex'))
    expect(cuts).toBeGreaterThan(4)
    expect(peak - start).toBeLessThan(128 * MEBI)
  }, 120_000)

  it('comes at the pace of whoever takes it', async () => {
    let inside = 0
    const { end } = await operations.change('paced', `head -c ${8 * MEBI} /dev/zero; head -c ${MEBI} /dev/zero >&2`, {
      keepBytes: 0,
      output: async () => {
        inside++
        expect(inside).toBe(1)
        await new Promise(setImmediate)
        inside--
      },
    })
    expect(end).toMatchObject({ kind: 'done', complete: true, stdout: { bytes: 8 * MEBI }, stderr: { bytes: MEBI } })
  }, 60_000)
})
