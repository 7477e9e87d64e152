import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type ConnectionKind, connectRedis, type RedisLink } from '../../src/adapters/redis/connect.ts'

/** A Redis of one's own, with nothing it could forget: AOF on every write, no eviction. */
export interface PrivateRedis {
  readonly port: number
  readonly url: string
  /** Where its files are: for older copies, and for cutting them. */
  readonly folder: string
  connect(kind: ConnectionKind): RedisLink
  /** SIGKILL: what was acknowledged must still be there after `start`. */
  kill(): Promise<void>
  /** Starts it again on the same port over the same files. */
  start(): Promise<void>
  /** Stops serving without closing a connection, until `resume`. */
  freeze(): void
  resume(): void
  close(): Promise<void>
}

const READY_MS = 10_000

/** Starts a redis-server on a free port of loopback; `close` ends it and removes its files. */
export async function startRedis(): Promise<PrivateRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'ha-redis-'))
  const port = await freePort()
  const links: RedisLink[] = []
  let server: ChildProcess | undefined

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const ending = server
    server = undefined
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const exit = once(ending, 'exit')
    ending.kill('SIGCONT')
    ending.kill(signal)
    await exit
  }

  const redis: PrivateRedis = {
    port,
    url: `redis://127.0.0.1:${port}`,
    folder,
    connect(kind) {
      const link = connectRedis(redis.url, kind)
      links.push(link)
      return link
    },
    kill: () => end('SIGKILL'),
    async start() {
      server = spawn('redis-server', serverArguments(port, folder), { stdio: 'ignore' })
      await ready(redis, server)
    },
    freeze: () => server?.kill('SIGSTOP'),
    resume: () => server?.kill('SIGCONT'),
    async close() {
      await Promise.all(links.map(link => link.close()))
      await end('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
  await redis.start()
  return redis
}

function serverArguments(port: number, folder: string): string[] {
  const network = ['--bind', '127.0.0.1', '--port', String(port)]
  const memory = ['--save', '', '--maxmemory-policy', 'noeviction', '--appendonly', 'yes', '--appendfsync', 'always']
  return [...network, ...memory, '--dir', folder]
}

async function ready(redis: PrivateRedis, server: ChildProcess): Promise<void> {
  const link = connectRedis(redis.url, 'worker')
  const gaveUp = AbortSignal.timeout(READY_MS)
  const died = once(server, 'exit', { signal: gaveUp })
  try {
    const answer = await Promise.race([link.redis.ping(), died])
    if (answer !== 'PONG') throw new Error(`redis-server ended or did not answer within ${READY_MS} ms`)
  } finally {
    died.catch(() => undefined)
    await link.close()
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

/** Resolves with the first defined answer; asks again every few milliseconds, for at most `withinMs`. */
export async function eventually<T>(ask: () => Promise<T | undefined> | T | undefined, withinMs = 15_000): Promise<T> {
  const end = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > end) throw new Error(`it did not happen within ${withinMs} ms`)
    await delay(20)
  }
}
