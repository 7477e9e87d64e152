import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type ServerChannel } from 'ssh2'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { shellFor, type TestShell } from '../../support/ssh-shell.ts'
import { makeKey, type Sshd } from '../../support/sshd.ts'

/** Long after the exit has arrived. */
const LATER_MS = 300

let folder: string
let server: InstanceType<typeof ssh2.Server>
let shell: TestShell
let terminals = 0

/** A host that answers every exec as `answer` does: a real SSH server, but none that starts anything. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ha-no-exit-'))
  const hostKey = await makeKey(join(folder, 'host'))
  await makeKey(join(folder, 'identity'))
  server = new ssh2.Server({ hostKeys: [await readFile(join(folder, 'host'))] }, client => {
    client.on('error', () => undefined)
    client.on('authentication', context => context.accept())
    client.on('session', accept => {
      const session = accept()
      session.on('pty', acceptPty => {
        terminals += 1
        acceptPty()
      })
      session.on('exec', (acceptExec, _, { command }) => answer(acceptExec(), command))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const knownHostsFile = join(folder, 'known_hosts')
  await writeFile(knownHostsFile, `[127.0.0.1]:${port} ${hostKey}\n`)
  const identityFile = join(folder, 'identity')
  const host: Pick<Sshd, 'address' | 'port' | 'user' | 'folder' | 'identityFile' | 'knownHostsFile'> = {
    ...{ address: '127.0.0.1', port, user: 'haops', folder, identityFile, knownHostsFile },
  }
  shell = shellFor(host as Sshd)
})
afterEach(async () => {
  await shell?.close()
  server?.close()
  await rm(folder, { recursive: true, force: true })
})

function answer(channel: ServerChannel, command: string): void {
  channel.write('so far\n')
  if (command.includes('with an exit')) channel.exit(0)
  if (command.includes('then a broken end')) return
  if (command.includes('and more after it')) {
    setTimeout(() => {
      channel.write('late\n')
      channel.close()
    }, LATER_MS)
    return
  }
  channel.close()
}

it('a channel that is closed without an exit is lost, although the link is there: nobody knows how it ended', async () => {
  const result = await shell.run('true # without one')
  expect(result).toMatchObject({ kind: 'lost', stdout: { text: 'so far\n' } })
  expect(result.kind === 'lost' && result.reason).toContain('without an exit status')
  expect(await shell.run('true # with an exit')).toMatchObject({ kind: 'exited', exitCode: 0 })
})

it('output that comes after the exit is part of it: only the close is the end', async () => {
  const result = await shell.run('true # with an exit, and more after it')
  expect(result).toMatchObject({ kind: 'exited', exitCode: 0, stdout: { text: 'so far\nlate\n' } })
})

it('an exit whose channel stays open is no end: what is still to come is waited for', async () => {
  const result = await shell.run('true # with an exit, then a broken end', { timeoutMs: 1_500 })
  expect(result).toMatchObject({ kind: 'timed-out', stdout: { text: 'so far\n' } })
})

it('no terminal is asked for: with one, a link that breaks would end the command', async () => {
  terminals = 0
  expect(await shell.run('true # with an exit')).toMatchObject({ kind: 'exited' })
  expect(terminals).toBe(0)
})
