import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SshSettings } from '../../../src/clusters/inventory.ts'
import type { ExecutionResult } from '../../../src/runs/ports.ts'
import { shellFor } from '../../support/ssh-shell.ts'
import { makeKey, type Sshd, startSshd } from '../../support/sshd.ts'

let sshd: Sshd
let agent: ChildProcess
let socket: string

beforeAll(async () => {
  sshd = await startSshd()
  socket = join(sshd.folder, 'agent')
  agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
  if (agent.stdout) await once(agent.stdout, 'data')
  const key = join(sshd.folder, 'in-agent')
  await sshd.authorize(await makeKey(key))
  execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
})
afterAll(async () => {
  agent?.kill()
  await sshd?.close()
})

async function login(ssh: Partial<SshSettings>, env: Record<string, string> = {}): Promise<ExecutionResult> {
  const { user, knownHostsFile: knownHosts } = sshd
  const { identityFile: _, ...settings } = { identityFile: '', user, knownHosts, ...ssh }
  const shell = shellFor(sshd, {
    env,
    ssh: { ...settings, ...(ssh.identityFile && { identityFile: ssh.identityFile }) },
  })
  try {
    return await shell.run('echo in')
  } finally {
    await shell.close()
  }
}

function reasonOf(result: ExecutionResult): string {
  return result.kind === 'not-sent' && result.code === 'login-refused'
    ? result.reason
    : `not login-refused: ${result.kind}`
}

it.each(['ed25519', 'ecdsa', 'rsa'] as const)('logs in with a key of type %s', async type => {
  const identityFile = join(sshd.folder, `user-${type}`)
  await sshd.authorize(await makeKey(identityFile, type))
  expect(await login({ identityFile })).toMatchObject({ kind: 'exited', stdout: { text: 'in\n' } })
})

it('logs in with a key of an agent, named by its socket or by SSH_AUTH_SOCK', async () => {
  const without = join(sshd.folder, 'unauthorized')
  await makeKey(without)
  expect(await login({ identityFile: without, agent: socket })).toMatchObject({ kind: 'exited' })
  expect(await login({ identityFile: without, agent: true }, { SSH_AUTH_SOCK: socket })).toMatchObject({
    kind: 'exited',
  })
})

it('says who was refused, with which key, and where to look', async () => {
  const identityFile = join(sshd.folder, 'refused')
  await makeKey(identityFile)
  const reason = reasonOf(await login({ identityFile }))
  expect(reason).toContain(`did not let ${sshd.user} in with ${identityFile}`)
  expect(reason).toContain('Nothing was sent')
  expect(reason).toContain('authorized_keys')
})

it('says that a key is encrypted, missing, public, or no key at all, without asking the node', async () => {
  const encrypted = join(sshd.folder, 'encrypted')
  await makeKey(encrypted, 'ed25519', 'secret')
  const garbage = join(sshd.folder, 'garbage')
  await writeFile(garbage, 'not a key')
  expect(reasonOf(await login({ identityFile: encrypted }))).toContain(`${encrypted} is encrypted`)
  expect(reasonOf(await login({ identityFile: join(sshd.folder, 'none') }))).toContain('cannot be read (ENOENT)')
  expect(reasonOf(await login({ identityFile: `${encrypted}.pub` }))).toContain('holds a public key')
  expect(reasonOf(await login({ identityFile: garbage }))).toContain('not a private key')
})

it('says that there is no agent', async () => {
  const identityFile = join(sshd.folder, 'lonely')
  await makeKey(identityFile)
  expect(reasonOf(await login({ identityFile, agent: true }))).toContain('SSH_AUTH_SOCK is not set')
  expect(reasonOf(await login({ identityFile, agent: join(sshd.folder, 'no-agent') }))).toContain(
    'no-agent: Failed to connect',
  )
})

it('leaves a node alone for a while after a refused login, then asks again', async () => {
  const identityFile = join(sshd.folder, 'later')
  const publicKey = await makeKey(identityFile)
  let nowMs = 0
  const sleep = async (_: number, signal: AbortSignal): Promise<void> => {
    if (!signal.aborted) await once(signal, 'abort')
  }
  const clock = { now: () => nowMs, monotonic: () => nowMs, sleep }
  const shell = shellFor(sshd, { clock, ssh: { identityFile }, limits: { loginPauseMs: 5_000 } })
  expect(await shell.run('true')).toMatchObject({ code: 'login-refused' })
  await sshd.authorize(publicKey)
  nowMs = 4_000
  expect(await shell.run('true')).toMatchObject({ code: 'login-refused' })
  expect(shell.stats().refused).toBe(1)
  nowMs = 6_000
  expect(await shell.run('true')).toMatchObject({ kind: 'exited' })
  await shell.close()
})
