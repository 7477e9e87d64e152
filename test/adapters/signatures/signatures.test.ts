import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isSignedBy, loadSigner, loadTrusted } from '../../../src/adapters/signatures/bot-signature.ts'
import { signWithSsh } from '../../../src/adapters/signatures/ssh-sign.ts'
import { verifySsh } from '../../../src/adapters/signatures/ssh-verify.ts'
import { type AttestedWords, verifyAttestation } from '../../../src/adapters/signatures/verify-attestation.ts'
import { makeSigningKeys } from '../../../src/init/keys.ts'
import type { Result } from '../../../src/problem.ts'

const exec = promisify(execFile)
const path = process.env['PATH']
const TEXT = '{"kind":"decision"}'
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ha-sign-'))
  for (const name of ['ana', 'ana2', 'bo']) await keygen(name)
  await keygen('locked', 'secret passphrase')
  await makeSigningKeys(folder)
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function keygen(name: string, passphrase = ''): Promise<void> {
  await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', join(folder, name)])
}
async function ana() {
  const ssh = await Promise.all(['ana', 'ana2'].map(async name => await readFile(join(folder, `${name}.pub`), 'utf8')))
  return { name: 'ana', ssh: ssh.map(key => key.trim()) }
}
async function signed(name: string, env = {}): Promise<Result<string>> {
  return await signWithSsh(TEXT, { keyFile: join(folder, name), env: { PATH: path, ...env }, interactive: false })
}
async function signatureOf(name: string): Promise<string> {
  const result = await signed(name)
  if (!result.ok) throw new Error(result.problems[0]?.message)
  return result.value
}
function said(result: Result<unknown>): string {
  return result.ok ? '' : (result.problems[0]?.message ?? '')
}

describe('a signature made with ssh-keygen', () => {
  test('holds for any of the person’s keys, and for that text and person alone', async () => {
    const person = await ana()
    for (const key of ['ana', 'ana2']) {
      expect(await verifySsh({ text: TEXT, signature: await signatureOf(key), person }, path)).toEqual({
        ok: true,
        value: true,
      })
    }
    const signature = await signatureOf('ana')
    expect(said(await verifySsh({ text: `${TEXT} `, signature, person }, path))).toContain('for another text')
    const foreign = await verifySsh({ text: TEXT, signature: await signatureOf('bo'), person }, path)
    expect(said(foreign)).toBe('The signature of ana does not hold: it was made with a key that is not theirs.')
  })

  test('for another purpose, or that is none at all, does not hold', async () => {
    const person = await ana()
    const child = spawn('ssh-keygen', ['-Y', 'sign', '-n', 'git', '-f', join(folder, 'ana')])
    child.stdin.end(TEXT)
    let signature = ''
    for await (const chunk of child.stdout) signature += String(chunk)
    expect(said(await verifySsh({ text: TEXT, signature, person }, path))).toContain('for another purpose')
    expect(said(await verifySsh({ text: TEXT, signature: 'junk', person }, path))).toContain('no SSH signature')
    expect(said(await verifySsh({ text: TEXT, signature: '', person }, path))).toContain('no SSH signature')
  })

  test('is nobody’s who has no key, or a name that could mean others', async () => {
    const signature = await signatureOf('ana')
    expect(said(await verifySsh({ text: TEXT, signature, person: { name: 'ana', ssh: [] } }, path))).toContain(
      'no SSH key',
    )
    const star = { ...(await ana()), name: '*' }
    expect((await verifySsh({ text: TEXT, signature, person: star }, path)).ok).toBe(false)
  })

  test('comes from an agent too, by the public key', async () => {
    await using agent = await startAgent()
    await exec('ssh-add', ['-q', join(folder, 'ana')], { env: { ...process.env, SSH_AUTH_SOCK: agent.socket } })
    await mkdir(join(folder, 'public-only'))
    await copyFile(join(folder, 'ana.pub'), join(folder, 'public-only', 'ana.pub'))
    const signature = await signed('public-only/ana.pub', { SSH_AUTH_SOCK: agent.socket })
    if (!signature.ok) throw new Error(said(signature))
    const person = await ana()
    expect((await verifySsh({ text: TEXT, signature: signature.value, person }, path)).ok).toBe(true)
    expect(said(await signed('public-only/ana.pub'))).toContain('neither a file nor an agent')
  })

  test('that cannot be made says why and what to do', async () => {
    expect(said(await signed('locked'))).toContain('it is encrypted, and there is no terminal')
    expect(said(await signed('none'))).toContain('there is no such file')
    await keygen('open')
    await chmod(join(folder, 'open'), 0o644)
    expect(said(await signed('open'))).toContain('other users can read it')
    expect(said(await signed('ana', { PATH: folder }))).toBe('ssh-keygen is not installed here.')
  })
})

async function startAgent() {
  const socket = join(folder, 'agent.sock')
  const agent: ChildProcess = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
  if (agent.stdout) await once(agent.stdout, 'data')
  return {
    socket,
    async [Symbol.asyncDispose]() {
      agent.kill()
      await once(agent, 'exit')
    },
  }
}

describe('a signature of the bot', () => {
  async function botKeys() {
    const [sign, trusted] = [await loadSigner(join(folder, 'bot')), await loadTrusted(join(folder, 'trusted'), 'bot')]
    if (!sign.ok || !trusted.ok) throw new Error('keys')
    return { sign: sign.value, trusted: trusted.value }
  }

  test('holds for that text alone, and no other bytes are taken for one', async () => {
    const { sign, trusted } = await botKeys()
    const signature = sign(TEXT)
    expect(isSignedBy(trusted, TEXT, signature)).toBe(true)
    expect(isSignedBy(trusted, `${TEXT}\n`, signature)).toBe(false)
    expect(isSignedBy([], TEXT, signature)).toBe(false)
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String({ maxLength: 120 })), junk => {
        expect(isSignedBy(trusted, TEXT, junk)).toBe(false)
      }),
      { numRuns: 100 },
    )
  })

  test('is not one of the worker: each role has its own keys', async () => {
    const { trusted } = await botKeys()
    const worker = await loadSigner(join(folder, 'worker'))
    expect(worker.ok && isSignedBy(trusted, TEXT, worker.value(TEXT))).toBe(false)
  })

  test('needs keys that are there and are Ed25519', async () => {
    expect(said(await loadSigner(join(folder, 'none')))).toContain('it is not there')
    expect(said(await loadSigner(join(folder, 'ana.pub')))).toContain('cannot be used')
    expect(said(await loadTrusted(join(folder, 'none'), 'bot'))).toContain('it is not there')
    await mkdir(join(folder, 'wrong'))
    expect(said(await loadTrusted(join(folder, 'wrong'), 'bot'))).toContain('no bot.pub')
    await copyFile(join(folder, 'bot'), join(folder, 'wrong', 'bot.pub'))
    expect(said(await loadTrusted(join(folder, 'wrong'), 'bot'))).toContain('PRIVATE')
  })

  test('vouches for words within five minutes of the journal’s clock; unsigned words are nobody’s', async () => {
    const { sign, trusted } = await botKeys()
    const trust = { directory: { people: { ana: await ana() }, teams: {} }, bot: trusted, path }
    const words = (over: Partial<AttestedWords> = {}): AttestedWords => ({
      attestation: { by: 'bot', signature: sign(TEXT), at: 1_000_000 },
      text: TEXT,
      person: 'ana',
      heardAt: 1_000_500,
      ...over,
    })
    expect(await verifyAttestation(words(), trust)).toEqual({ ok: true, value: true })
    expect(said(await verifyAttestation(words({ heardAt: 1_000_000 + 300_001 }), trust))).toContain('5 min older')
    expect(said(await verifyAttestation(words({ heardAt: 1_000_000 - 300_001 }), trust))).toContain('5 min newer')
    expect((await verifyAttestation(words({ heardAt: Number.NaN }), trust)).ok).toBe(false)
    expect(said(await verifyAttestation(words({ text: 'other' }), trust))).toContain('without a signature of the bot')
    const unsigned = { by: 'none', signature: '', at: 1_000_000 } as const
    expect(said(await verifyAttestation(words({ attestation: unsigned }), trust))).toContain('not signed')
    const own = { by: 'person', signature: await signatureOf('ana'), at: 1_000_000 } as const
    expect((await verifyAttestation(words({ attestation: own }), trust)).ok).toBe(true)
    expect(said(await verifyAttestation(words({ attestation: own, person: 'eve' }), trust))).toContain('not in people')
  })
})
