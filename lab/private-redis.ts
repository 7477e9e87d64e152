import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'

export interface PrivateRedis {
  /** Path of its socket; nothing listens on a port. */
  readonly url: string
  readonly pid: number
  close(): Promise<void>
}

const START_MS = 10_000
const PLACES = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']

/** The redis-server or valkey-server of this computer, or undefined. */
export function findRedisServer(path = process.env['PATH'] ?? ''): string | undefined {
  const folders = [...path.split(delimiter), ...PLACES].filter(Boolean)
  const candidates = folders.flatMap(folder => [join(folder, 'redis-server'), join(folder, 'valkey-server')])
  return candidates.find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A Redis of our own in `folder`: append-only file, nothing evicted, no port. Rejects when it does not come up. */
export async function startPrivateRedis(folder: string): Promise<PrivateRedis> {
  const server = findRedisServer()
  if (!server) throw new Error('There is no redis-server. On Debian: apt-get install redis-server')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const url = join(folder, 'redis.sock')
  const settings = {
    port: '0',
    unixsocket: url,
    dir: folder,
    appendonly: 'yes',
    appendfsync: 'always',
    'maxmemory-policy': 'noeviction',
    save: '',
    'aof-load-truncated': 'no',
  }
  const child = spawn(
    server,
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    { stdio: 'ignore' },
  )
  const exited = once(child, 'exit')
  try {
    await answering(url, child)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return {
    url,
    pid: child.pid ?? 0,
    close: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}

async function answering(url: string, child: ReturnType<typeof spawn>): Promise<void> {
  const deadline = Date.now() + START_MS
  while (Date.now() < deadline && child.exitCode === null) {
    if (await answers(url)) return
    await delay(20)
  }
  throw new Error(
    `redis-server did not come up${child.exitCode === null ? ' in time' : `: it ended with ${child.exitCode}`}`,
  )
}

async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 })
  client.on('error', () => undefined)
  const isUp = await client.ping().then(
    () => true,
    () => false,
  )
  client.disconnect()
  return isUp
}
