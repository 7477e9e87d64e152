import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandLine } from '../../../src/adapters/ssh/command-line.ts'
import { cksum } from '../../../src/workers/operations/cksum.ts'
import { putScript } from '../../../src/workers/operations/put.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ha-put-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const FILE = { name: 'bundles/b-0123', bytes: Buffer.from(`echo 'it is' "$x" \\n !\n${'ü'.repeat(70_000)}`) }

function put(shell: readonly string[], ledger: string, stdin: Uint8Array = FILE.bytes) {
  const command = commandLine(putScript(ledger, FILE), undefined, 'n1')
  const [program = '', ...before] = shell
  const answer = spawnSync(program, [...before, '-c', 'text' in command ? command.text : ''], {
    cwd: folder,
    input: stdin,
  })
  return { stdout: answer.stdout.toString(), status: answer.status, stderr: answer.stderr.toString() }
}

const SHELLS = [
  ['bash'],
  ['dash'],
  ['ksh'],
  ['mksh'],
  ['zsh'],
  ['fish'],
  ['tcsh'],
  ['busybox', 'sh'],
  ['posh'],
  ['yash'],
].filter(([program = '']) => spawnSync(program, ['-c', 'true']).error === undefined)

describe('a file for a node', () => {
  it.each(SHELLS)('is taken in through a login shell %s, and answered with the node’s clock', (...shell) => {
    const before = Math.floor(Date.now() / 1000)
    const { stdout, stderr } = put(shell, '.ha-bot')
    expect(stderr).toBe('')
    const seconds = Number(/^\nha1 put bundles\/b-0123 (\d+)\nha1 end\n$/.exec(stdout)?.[1])
    expect(seconds).toBeGreaterThanOrEqual(before)
    expect(readFileSync(join(folder, '.ha-bot/bundles/b-0123')).equals(FILE.bytes)).toBe(true)
    expect(statSync(join(folder, '.ha-bot')).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, '.ha-bot/bundles/b-0123')).mode & 0o777).toBe(0o600)
  })

  it('may be sent again, and leaves nothing else behind', () => {
    for (let i = 0; i < 3; i++) expect(put(['sh'], `${folder}/ledger`).stdout).toContain('ha1 put')
    expect(readdirSync(join(folder, 'ledger'))).toEqual(['bundles'])
    expect(readdirSync(join(folder, 'ledger/bundles'))).toEqual(['b-0123'])
  })

  it('that was cut off or altered on its way does not get its name', () => {
    const altered = Buffer.from(FILE.bytes)
    altered[5] = 0
    for (const stdin of [
      Buffer.alloc(0),
      FILE.bytes.subarray(0, -1),
      Buffer.concat([FILE.bytes, FILE.bytes]),
      altered,
    ]) {
      expect(put(['sh'], 'l', stdin).stdout).toBe('\nha1 unput damaged\nha1 end\n')
      expect(readdirSync(join(folder, 'l/bundles'))).toEqual([])
    }
  })

  it('is refused in words when there can be no folder or no file', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(put(['sh'], 'file').stdout).toBe('\nha1 unput folder\nha1 end\n')
    mkdirSync(join(folder, 'l/bundles/b-0123/full'), { recursive: true })
    // A folder in the place of the file: mv puts the file into it, which is no answer to build on.
    expect(put(['sh'], 'l').stdout).toMatch(/^\nha1 (unput write|put)/)
  })
})

it('cksum here says what POSIX cksum says', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), bytes => {
      const { crc, bytes: length } = cksum(bytes)
      expect(`${crc} ${length}`).toBe(spawnSync('cksum', { input: bytes }).stdout.toString().trim())
    }),
    { numRuns: 40 },
  )
  expect(cksum(Buffer.alloc(70_000, 1))).toEqual({
    crc: Number(
      spawnSync('cksum', { input: Buffer.alloc(70_000, 1) })
        .stdout.toString()
        .split(' ')[0],
    ),
    bytes: 70_000,
  })
})
