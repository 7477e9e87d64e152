import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { shellFor, type TestShell, type TestShellOptions } from '../../support/ssh-shell.ts'
import { type Sshd, startSshd } from '../../support/sshd.ts'

let sshd: Sshd
let bastion: Sshd
let pins: string
const open: TestShell[] = []

beforeAll(async () => {
  sshd = await startSshd()
  bastion = await startSshd()
  await bastion.authorize(await readFile(`${sshd.identityFile}.pub`, 'utf8'))
  pins = join(sshd.folder, 'both')
  await writeFile(
    pins,
    (await readFile(sshd.knownHostsFile, 'utf8')) + (await readFile(bastion.knownHostsFile, 'utf8')),
  )
})
afterAll(async () => {
  await sshd?.close()
  await bastion?.close()
})
afterEach(async () => {
  await Promise.all(open.splice(0).map(async shell => await shell.close()))
})

function shellThrough(options: TestShellOptions = {}): TestShell {
  const jump = `${bastion.user}@127.0.0.1:${bastion.port}`
  const shell = shellFor(sshd, { ...options, ssh: { knownHosts: pins, jump, ...options.ssh } })
  open.push(shell)
  return shell
}

describe('a node behind a jump host', () => {
  it('is reached by a connection that the jump host opens', async () => {
    const shell = shellThrough()
    const result = await shell.run('echo "$SSH_CONNECTION"; head -c 3000000 /dev/zero >&2')
    expect(result).toMatchObject({ kind: 'exited', stderr: { bytes: 3_000_000 } })
    expect(bastion.log()).toContain('Accepted publickey')
    expect(shell.stats()).toMatchObject({ connected: 2, connections: 2 })
  })

  it('is not reached when the key of the jump host is not pinned; the reason names the jump host', async () => {
    const result = await shellThrough({ ssh: { knownHosts: sshd.knownHostsFile } }).run('true')
    expect(result).toMatchObject({ kind: 'not-sent', code: 'host-key-unknown' })
    expect(result.kind === 'not-sent' && result.reason).toContain('jump host 127.0.0.1')
  })

  it('is not reached when its own key is not pinned, although the one of the jump host is', async () => {
    const result = await shellThrough({ ssh: { knownHosts: bastion.knownHostsFile } }).run('true')
    expect(result).toMatchObject({ kind: 'not-sent', code: 'host-key-unknown' })
    expect(result.kind === 'not-sent' && result.reason).toContain(`n1 (127.0.0.1:${sshd.port} through jump host`)
  })

  it('that is down is told apart from a jump host that is down', async () => {
    const down = shellThrough({ nodes: [{ name: 'n1', address: '127.0.0.1', port: 1 }] })
    const behind = await down.run('true')
    expect(behind).toMatchObject({ kind: 'not-sent', code: 'unreachable' })
    expect(behind.kind === 'not-sent' && behind.reason).toContain('could not open a connection to 127.0.0.1:1')
    const before = await shellThrough({ ssh: { jump: '127.0.0.1:1' } }).run('true')
    expect(before.kind === 'not-sent' && before.reason).toContain('jump host 127.0.0.1 (127.0.0.1:1) refused')
  })

  it('keeps the jump host connected for as long as it is itself, and no longer', async () => {
    const shell = shellThrough({ limits: { idleMs: 30 } })
    expect(await shell.run('sleep 0.2; echo in')).toMatchObject({ kind: 'exited', stdout: { text: 'in\n' } })
    await vi.waitFor(() => expect(shell.stats().connections).toBe(0))
  })

  it('is lost with the jump host', async () => {
    const other = await startSshd()
    await other.authorize(await readFile(`${sshd.identityFile}.pub`, 'utf8'))
    const file = join(other.folder, 'pins')
    await writeFile(file, (await readFile(pins, 'utf8')) + (await readFile(other.knownHostsFile, 'utf8')))
    const shell = shellThrough({ ssh: { knownHosts: file, jump: `127.0.0.1:${other.port}` } })
    const result = await shell.run('echo begun; exec sleep 60', { output: () => void other.close() })
    expect(result).toMatchObject({ kind: 'lost', stdout: { text: 'begun\n' } })
    await other.close()
  })

  it.each(['', 'user@', 'host:0', 'host:99999', 'a b', '[::1', 'host:port'])(
    'refuses the jump host "%s"',
    async jump => {
      const result = await shellThrough({ ssh: { jump } }).run('true')
      expect(result).toMatchObject({ kind: 'not-sent', code: 'unknown-node' })
      expect(result.kind === 'not-sent' && result.reason).toContain('[user@]host[:port]')
    },
  )
})
