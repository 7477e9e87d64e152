import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOutputArchive } from '../../src/adapters/archive/output.ts'
import { createLog } from '../../src/adapters/log.ts'
import { maskedShell } from '../../src/app/masked-shell.ts'
import { continueChain, GENESIS } from '../../src/runs/chain.ts'
import type { OutputSink } from '../../src/runs/ports.ts'
import { printable } from '../../src/transcripts/printable.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'
import { RUN } from '../support/run-fixtures.ts'
import { shellFor } from '../support/ssh-shell.ts'
import { type Sshd, startSshd } from '../support/sshd.ts'

const SECRET = 'Tr0ub4dor&3-horse'
const ESC = '\\033'

let sshd: Sshd
let folder: string
beforeAll(async () => {
  sshd = await startSshd()
  folder = await mkdtemp(join(tmpdir(), 'ha-pieces-'))
})
afterAll(async () => {
  await sshd.close()
  await rm(folder, { recursive: true, force: true })
})

/** Prints the secret once for each place in which it can be split, with something in between, in writes of their own. */
function script(between: string, stream: 1 | 2): string {
  const writes = [...SECRET].slice(1).map((_, at) => {
    const [head, tail] = [SECRET.slice(0, at + 1), SECRET.slice(at + 1)]
    return `printf '%s' '${head}'; sleep 0.01; printf '${between}%s\\n' '${tail}'; sleep 0.01`
  })
  const perByte = `printf '%s\\n' '${SECRET}' '${SECRET}' | dd bs=1 2>/dev/null`
  return `{ ${[...writes, perByte].join('\n')}\n} >&${stream}; printf '%s' '${SECRET.slice(0, -1)}'`
}

/** Everything that is kept of one execution: files, entries, log lines. */
async function kept(step: string, source: string): Promise<{ text: string; pieces: number }> {
  const lines: string[] = []
  const redactor = createRedactor()
  redactor.register('bmc', SECRET)
  const log = createLog({ level: 'debug', redactor, destination: { write: line => lines.push(line) } })
  const archive = createOutputArchive(folder, () => redactor.stream())
  const of = { run: RUN, number: 42, step, host: 'n1', again: false }
  const [asTheyCame, byByte] = [
    await archive.record({ ...of, attempt: 1 }),
    await archive.record({ ...of, attempt: 2 }),
  ]
  let pieces = 0
  const output: OutputSink = async (stream, chunk) => {
    pieces += 1
    await asTheyCame.sink(stream, Buffer.from(chunk))
    for (const byte of chunk) await byByte.sink(stream, Buffer.from([byte]))
  }
  const shell = shellFor(sshd)
  try {
    const signal = new AbortController().signal
    const execution = { cluster: 'c', node: 'n1', timeoutMs: 20_000, keepBytes: 65_536, signal, script: source, output }
    const result = await maskedShell(shell, redactor).execute(execution)
    if (result.kind !== 'exited') throw new Error(`${result.kind}: ${result.reason}\n${sshd.log()}`)
    log.info({ stdout: result.stdout.text, stderr: result.stderr.text }, `${step} said ${result.stdout.text}`)
    const events = [await asTheyCame.finish(), await byByte.finish()].map((stored, index) => ({
      ...{ type: 'execution-finished' as const, step, host: 'n1', attempt: index + 1, outcome: 'succeeded' as const },
      ...{ exitCode: result.exitCode, reason: result.stderr.text, durationMs: 1 },
      ...stored,
    }))
    const entries = continueChain({ run: RUN, number: 42, seq: 0, hash: GENESIS, at: 0 }, events, 1, 'worker@test')
    const files = await filesBelow(folder)
    return { text: [...entries.map(entry => JSON.stringify(entry)), ...lines, ...files].join('\n'), pieces }
  } finally {
    await shell.close()
  }
}

async function filesBelow(path: string): Promise<string[]> {
  const found = await readdir(path, { withFileTypes: true, recursive: true })
  return await Promise.all(
    found
      .filter(entry => entry.isFile())
      .map(async entry => await readFile(join(entry.parentPath, entry.name), 'utf8')),
  )
}

describe('a secret that a real process prints in pieces over a real connection', () => {
  test.each([
    ['nothing', '', 1],
    ['nothing, on the other stream', '', 2],
    ['a colour', `${ESC}[31m`, 1],
    ['a title', `${ESC}]0;node\\007`, 2],
    ['a carriage return', '\\r', 1],
  ] as const)('with %s in between, is in no file, no entry and no line of the log', async (what, between, stream) => {
    const { text, pieces } = await kept(`step-${what.replaceAll(/[^a-z]/g, '')}`, script(between, stream))
    expect(pieces).toBeGreaterThan(SECRET.length)
    expect(text).not.toContain(SECRET)
    expect(printable(text)).not.toContain(SECRET)
    for (const unseen of ['\\u001b[31m', '\\u001b]0;node\\u0007', '\\r', '\r\n']) {
      expect(text.replaceAll(unseen, '')).not.toContain(SECRET)
    }
    // What is not the whole of it is no secret, and must not get lost: in the files, both tails, and the log.
    expect(text.split(`${SECRET.slice(0, -1)}`).length - 1).toBeGreaterThanOrEqual(4)
    expect(text.split('[redacted:bmc]').length - 1).toBeGreaterThan(4 * SECRET.length)
  })
})
