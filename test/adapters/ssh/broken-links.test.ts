import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { SshLimits } from '../../../src/adapters/ssh/limits.ts'
import { shellFor, type TestShell } from '../../support/ssh-shell.ts'
import { type Sshd, startSshd } from '../../support/sshd.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

let sshd: Sshd
let proxy: TcpProxy
let shell: TestShell

beforeAll(async () => {
  sshd = await startSshd()
})
afterAll(async () => await sshd?.close())

beforeEach(async () => {
  proxy = await startTcpProxy(sshd)
  await writeFile(sshd.knownHostsFile, sshd.knownHostsLines(`[127.0.0.1]:${proxy.port}`))
  shell = shellOver(proxy.port)
})
afterEach(async () => {
  await shell.close()
  await proxy.close()
})

function shellOver(port: number, limits: Partial<SshLimits> = {}): TestShell {
  return shellFor(sshd, {
    nodes: [{ name: 'n1', address: '127.0.0.1', port }],
    limits: { connectPauseMs: 5, ...limits },
  })
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

describe('a link that breaks', () => {
  it('after the command was sent makes it lost, with what came until then', async () => {
    const result = await shell.run('echo begun; exec sleep 60', { output: () => proxy.cut() })
    expect(result).toMatchObject({ kind: 'lost', stdout: { text: 'begun\n' } })
    expect(result.kind === 'lost' && result.reason).toContain('may still be running')
  })

  it('after the exit but before the end of the output makes it lost: the rest is missing', async () => {
    // sshd tells the exit as soon as it reaped the main script; the background one still has the streams.
    const script = 'me=$$; (while kill -0 $me 2>/dev/null; do :; done; echo gone; exec sleep 60) & exit 5'
    const result = await shell.run(script, { output: () => proxy.cut() })
    expect(result).toMatchObject({ kind: 'lost', stdout: { text: 'gone\n' } })
    expect(result.kind === 'lost' && result.reason).toContain('exit code 5 came, but maybe not all output')
  })

  it('because the session was killed on the node is lost, not an exit', async () => {
    expect(await shell.run('kill -9 $PPID; exec sleep 60')).toMatchObject({ kind: 'lost' })
  })

  it('before the command was sent is repeated over a new connection, and the command runs once', async () => {
    await shell.run('true')
    proxy.cutAfter('up', 0)
    const file = join(sshd.folder, 'once')
    expect(await shell.run(`echo ran >> ${file}`)).toMatchObject({ kind: 'exited', exitCode: 0 })
    expect(await readFile(file, 'utf8')).toBe('ran\n')
    expect(shell.stats().connected).toBe(2)
  })

  it('before the command was sent is not-sent when the node cannot be reached again', async () => {
    await shell.run('true')
    proxy.cutAfter('up', 0)
    proxy.dropNext(100)
    const file = join(sshd.folder, 'never')
    expect(await shell.run(`echo ran >> ${file}`)).toMatchObject({ kind: 'not-sent', code: 'unreachable' })
    expect(existsSync(file)).toBe(false)
  })

  it('without a word is noticed by keepalives', async () => {
    const quick = shellOver(proxy.port, { keepaliveIntervalMs: 40, keepaliveCount: 1 })
    const result = await quick.run('echo begun; exec sleep 60', { output: () => proxy.freeze() })
    expect(result).toMatchObject({ kind: 'lost' })
    expect(result.kind === 'lost' && result.reason).toContain('Keepalive timeout')
    await quick.close()
  })

  it('is never called an exit, and "not sent" is never said of a command that ran, wherever the cut falls', async () => {
    const seen = new Set<string>()
    let number = 0
    const cuts = fc.tuple(fc.constantFrom('up' as const, 'down' as const), fc.integer({ min: 0, max: 400 }))
    await fc.assert(
      fc.asyncProperty(cuts, fc.boolean(), async ([direction, bytes], again) => {
        const file = join(sshd.folder, `cut-${number++}`)
        await shell.run('true')
        proxy.cutAfter(direction, bytes)
        if (!again) proxy.dropNext(4)
        const result = await shell.run(`echo ran >> ${file}; echo done`)
        proxy.dropNext(0)
        seen.add(result.kind)
        if (result.kind === 'not-sent') expect(existsSync(file)).toBe(false)
        if (result.kind === 'exited') expect(result).toMatchObject({ exitCode: 0, stdout: { text: 'done\n' } })
        const ran = existsSync(file) ? await readFile(file, 'utf8') : ''
        expect(result.kind === 'exited' ? ['ran\n'] : ['', 'ran\n']).toContain(ran)
      }),
      { numRuns: 80 },
    )
    expect([...seen].sort()).toEqual(['exited', 'lost', 'not-sent'])
  }, 60_000)

  it('ends with the shell: what still runs when it is closed is lost', async () => {
    const begun = new Promise<void>(resolve => {
      void shell.run('echo begun; exec sleep 60', { output: () => resolve() }).then(result => ended(result.kind))
    })
    let ended: (kind: string) => void = () => undefined
    const end = new Promise<string>(resolve => {
      ended = resolve
    })
    await begun
    await shell.close()
    expect(await end).toBe('lost')
    expect(shell.stats().connections).toBe(0)
    expect(await shell.run('true')).toMatchObject({ kind: 'not-sent', code: 'cancelled' })
  })
})

describe('a node that cannot be reached', () => {
  it('refuses the connection: the reason has the address, the errno and what to look at', async () => {
    const server = createServer()
    const port = await listen(server)
    server.close()
    const result = await shellOver(port).run('true')
    expect(result).toMatchObject({ kind: 'not-sent', code: 'unreachable' })
    const reason = result.kind === 'not-sent' && result.reason
    expect(reason).toContain(`n1 (127.0.0.1:${port})`)
    expect(reason).toContain('ECONNREFUSED')
    expect(reason).toContain('Nothing was sent')
  })

  it('accepts and says nothing: given up after the time for a connect', async () => {
    const server = createServer(socket => void socket.on('error', () => undefined).resume())
    const port = await listen(server)
    const mute = shellOver(port, { readyTimeoutMs: 100 })
    const result = await mute.run('true')
    expect(result).toMatchObject({ kind: 'not-sent', code: 'unreachable' })
    expect(result.kind === 'not-sent' && result.reason).toContain('during the SSH handshake')
    await mute.close()
    server.close()
  })

  it('accepts and says nothing: the deadline of the execution ends the wait', async () => {
    const server = createServer(socket => void socket.on('error', () => undefined).resume())
    const port = await listen(server)
    const mute = shellOver(port)
    expect(await mute.run('true', { timeoutMs: 100 })).toMatchObject({ kind: 'not-sent', code: 'unreachable' })
    const cancel = new AbortController()
    const cancelled = mute.run('true', { signal: cancel.signal })
    cancel.abort()
    expect(await cancelled).toMatchObject({ kind: 'not-sent', code: 'cancelled' })
    await mute.close()
    server.close()
  })

  it('is no SSH server', async () => {
    const server = createServer(
      socket => void socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    )
    const port = await listen(server)
    const odd = shellOver(port)
    const result = await odd.run('true')
    expect(result).toMatchObject({ kind: 'not-sent', code: 'unreachable' })
    expect(result.kind === 'not-sent' && result.reason).toContain('Is it an SSH server?')
    await odd.close()
    server.close()
  })

  it('drops connections before the handshake, as above MaxStartups: tried again, but not for ever', async () => {
    proxy.dropNext(3)
    expect(await shell.run('echo in')).toMatchObject({ kind: 'exited', stdout: { text: 'in\n' } })
    proxy.cut()
    proxy.dropNext(1000)
    const before = shell.stats().refused
    expect(await shell.run('echo in')).toMatchObject({ kind: 'not-sent', code: 'unreachable' })
    expect(shell.stats().refused).toBe(before + 1)
  })
})
