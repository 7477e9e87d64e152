import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { shellFor, type TestShell } from '../../support/ssh-shell.ts'
import { type Sshd, startSshd } from '../../support/sshd.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

const MEBI = 1024 * 1024
const SIZE = 256 * MEBI

let sshd: Sshd
let proxy: TcpProxy
let shell: TestShell
beforeAll(async () => {
  sshd = await startSshd()
  proxy = await startTcpProxy(sshd)
  await writeFile(sshd.knownHostsFile, sshd.knownHostsLines(`[127.0.0.1]:${proxy.port}`))
  shell = shellFor(sshd, { nodes: [{ name: 'n1', address: '127.0.0.1', port: proxy.port }] })
})
afterAll(async () => {
  await shell?.close()
  await proxy?.close()
  await sshd?.close()
})

it('delivers 256 MiB in full within a bounded memory, at the pace of the caller', async () => {
  const start = process.memoryUsage().rss
  let peak = start
  let got = 0
  let inside = 0
  const output = async (_: string, chunk: Buffer): Promise<void> => {
    inside++
    expect(inside).toBe(1)
    got += chunk.length
    peak = Math.max(peak, process.memoryUsage.rss())
    await new Promise(setImmediate)
    inside--
  }
  const result = await shell.run(`head -c ${SIZE} /dev/zero`, { output, keepBytes: 1000, timeoutMs: 60_000 })
  expect(result).toMatchObject({ kind: 'exited', exitCode: 0, stdout: { bytes: SIZE, truncated: true } })
  expect(got).toBe(SIZE)
  expect(peak - start).toBeLessThan(128 * MEBI)
}, 90_000)

it('holds the far side while the caller is busy, without holding up other commands of the connection', async () => {
  let release = (): void => undefined
  const released = new Promise<void>(resolve => {
    release = resolve
  })
  let blocked = (): void => undefined
  const first = new Promise<void>(resolve => {
    blocked = resolve
  })
  const output = async (): Promise<void> => {
    blocked()
    await released
  }
  const before = proxy.bytes().down
  const big = shell.run(`head -c ${64 * MEBI} /dev/zero`, { output, keepBytes: 0, timeoutMs: 60_000 })
  await first
  for (let round = 0; round < 20; round++) expect(await shell.run('echo still here')).toMatchObject({ exitCode: 0 })
  expect(proxy.bytes().down - before).toBeLessThan(8 * MEBI)
  release()
  expect(await big).toMatchObject({ kind: 'exited', stdout: { bytes: 64 * MEBI } })
}, 90_000)

it('survives new keys that the server negotiates in the middle of the output', async () => {
  const restless = await startSshd({ config: ['RekeyLimit 1M'] })
  const other = shellFor(restless)
  const result = await other.run(`head -c ${16 * MEBI} /dev/zero`, { keepBytes: 0 })
  expect(result).toMatchObject({ kind: 'exited', exitCode: 0, stdout: { bytes: 16 * MEBI } })
  await other.close()
  await restless.close()
}, 30_000)
