import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseSshPublicKey } from '../../src/config/ssh-public-key.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ha-keys-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function made(name: string, ...options: string[]): Promise<string> {
  const file = join(folder, name)
  await promisify(execFile)('ssh-keygen', ['-q', '-N', '', '-C', 'ana at home', '-f', file, ...options])
  return await readFile(`${file}.pub`, 'utf8')
}

function reason(line: string): string {
  const result = parseSshPublicKey(line)
  return result.ok ? '' : (result.problems[0]?.message ?? '')
}

describe('a public key', () => {
  test.each([
    ['ed25519', ['-t', 'ed25519']],
    ['ecdsa', ['-t', 'ecdsa', '-b', '521']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
  ])('as ssh-keygen makes it is read: %s', async (name, options) => {
    const line = await made(name, ...options)
    expect(parseSshPublicKey(line)).toMatchObject({
      ok: true,
      value: { text: line.split(' ').slice(0, 2).join(' '), comment: 'ana at home' },
    })
  })

  test('that is short RSA, private, cut, of another type or with options is refused in words', async () => {
    const short = await made('short', '-t', 'rsa', '-b', '1024')
    const good = await made('good', '-t', 'ed25519')
    expect(reason(short)).toContain('RSA with 1024 bits')
    expect(reason('-----BEGIN OPENSSH PRIVATE KEY-----')).toContain('PRIVATE')
    expect(reason(good.slice(0, 60))).toMatch(/cut off|not base64/)
    expect(reason(good.replace('ssh-ed25519', 'ssh-rsa'))).toContain('says ssh-rsa, but is of type ssh-ed25519')
    expect(reason(`restrict ${good}`)).toContain('begins with "restrict"')
    expect(reason(`${good}${good}`)).toContain('several lines')
  })

  test('that lost any of its characters is refused', async () => {
    const good = (await made('lossy', '-t', 'ed25519')).split(' ').slice(0, 2).join(' ')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: good.length - 1 }), at => {
        expect(parseSshPublicKey(good.slice(0, at) + good.slice(at + 1)).ok).toBe(false)
      }),
      { numRuns: 60 },
    )
  })
})
