import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Client, type ClientChannel } from 'ssh2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_COMMAND_BYTES } from '../../../src/adapters/ssh/command-line.ts'
import { operationsOver } from '../../support/operations.ts'
import { shellFor, type TestShell } from '../../support/ssh-shell.ts'
import { type Sshd, startSshd } from '../../support/sshd.ts'

// What ssh2 and sshd do by themselves, and what is made of it (ssh-and-remote-execution.md §3.1). When one of these fails after an update,
// the reason for a piece of the adapter has changed.

let sshd: Sshd
let shell: TestShell
let client: Client
beforeAll(async () => {
  sshd = await startSshd()
  shell = shellFor(sshd)
  client = new Client()
  const ready = once(client, 'ready')
  const privateKey = await readFile(sshd.identityFile)
  client.connect({ host: sshd.address, port: sshd.port, username: sshd.user, privateKey, hostVerifier: () => true })
  await ready
})
afterAll(async () => {
  client?.end()
  await shell?.close()
  await sshd?.close()
})

async function exec(command: string): Promise<ClientChannel> {
  return await new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel)))
  })
}

async function endOf(channel: ClientChannel): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' }
  channel.on('data', (chunk: Buffer) => {
    said.stdout += chunk.toString()
  })
  channel.stderr.on('data', (chunk: Buffer) => {
    said.stderr += chunk.toString()
  })
  const [code] = (await once(channel, 'close')) as unknown[]
  return { code, ...said }
}

describe('a command that is too long for one argument', () => {
  it('looks like one that ran and failed', async () => {
    const channel = await exec(`: ${'x'.repeat(132_000)}`)
    const { code, stderr } = await endOf(channel)
    expect(code).not.toBe(0)
    expect(stderr).toContain('Argument list too long')
  })

  it('is never sent; one of exactly our limit arrives whole', async () => {
    const around = "exec /bin/sh -c ': \necho whole'".length
    const padded = `: ${'x'.repeat(MAX_COMMAND_BYTES - around)}`
    expect(await shell.run(`${padded}\necho whole`)).toMatchObject({ kind: 'exited', stdout: { text: 'whole\n' } })
    expect(await shell.run(`${padded}x\necho whole`)).toMatchObject({ kind: 'not-sent', code: 'too-large' })
  })
})

describe('a script on the standard input of a shell', () => {
  const script = 'echo one\necho removed /srv/data/old\n'
  const cut = script.slice(0, -5)

  it('runs its last line as far as that came, when the link is cut in it', () => {
    expect(spawnSync('/bin/sh', ['-s'], { input: cut }).stdout.toString()).toBe('one\nremoved /srv/data\n')
  })

  it('is not how ours get there: what was cut off runs nothing', async () => {
    const operations = await operationsOver(shell, {
      execute: async execution => {
        const stdin =
          execution.stdin && Buffer.from(execution.stdin).includes('echo removed')
            ? execution.stdin.subarray(0, -5)
            : execution.stdin
        return await shell.execute(stdin ? { ...execution, stdin } : execution)
      },
    })
    const { end, stdout } = await operations.change('cut-off', script)
    expect(end).toMatchObject({ kind: 'not-run', code: 'damaged' })
    expect(stdout.toString()).toBe('')
  })
})

describe('a signal over SSH', () => {
  it('does nothing once the standard input was ended, nor for a login as root', async () => {
    const channel = await exec('echo $$; exec sleep 1000')
    const [first] = (await once(channel, 'data')) as [Buffer]
    channel.end()
    channel.signal('KILL')
    const pid = first.toString().trim()
    const still = await endOf(await exec(`kill -0 ${pid} && echo lives; kill -KILL ${pid}`))
    expect(still.stdout).toBe('lives\n')
  })

  it('is therefore not how a change is ended', async () => {
    const operations = await operationsOver(shell)
    const stop = new AbortController()
    const output = (): void => stop.abort()
    const { end } = await operations.change('ended', 'echo begun; exec sleep 1000', { stop: stop.signal, output })
    expect(end).toMatchObject({ kind: 'done', stopped: 'person', exitSignal: 'SIGTERM' })
  })
})
