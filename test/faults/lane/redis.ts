import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readdir, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { connectRedis } from '../../../src/adapters/redis/connect.ts'
import { freePort } from './free-port.ts'

/** A real Redis that can be hurt in every way one computer can hurt it. */
export interface LaneRedis {
  readonly port: number
  readonly pid: () => number
  /** SIGKILL; what was acknowledged must be there after `start`. */
  kill(): Promise<void>
  start(): Promise<void>
  freeze(): void
  thaw(): void
  /** Keeps a copy of the files as they are now. */
  snapshot(): Promise<void>
  /** Comes up with the copy: everything since is forgotten. */
  rollBack(): Promise<void>
  /** Comes up without the last bytes of its file. */
  loseTail(bytes: number): Promise<void>
  flush(): Promise<void>
  /** Whether it has no memory left and refuses writes. */
  fill(isFull: boolean): Promise<void>
  close(): Promise<void>
}

const READY_MS = 10_000
const SETTINGS = {
  bind: '127.0.0.1',
  save: '',
  'maxmemory-policy': 'noeviction',
  appendonly: 'yes',
  appendfsync: 'always',
}

export async function startLaneRedis(folder: string): Promise<LaneRedis> {
  const data = join(folder, 'data')
  const copy = join(folder, 'copy')
  await mkdir(data, { recursive: true })
  const port = await freePort()
  let server: ChildProcess | undefined

  async function start(truncated: 'yes' | 'no' = 'no'): Promise<void> {
    const settings = Object.entries({ ...SETTINGS, 'aof-load-truncated': truncated, port: String(port), dir: data })
    server = spawn(
      'redis-server',
      settings.flatMap(([name, value]) => [`--${name}`, value]),
      // A group of its own: Ctrl-C ends the harness, and the harness ends Redis.
      { stdio: 'ignore', detached: true },
    )
    await asked(port, redis => redis.config('SET', 'aof-load-truncated', 'no'))
  }

  async function kill(): Promise<void> {
    const ending = server
    server = undefined
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const exit = once(ending, 'exit')
    ending.kill('SIGKILL')
    await exit
  }

  async function startWith(files: string): Promise<void> {
    await kill()
    await rm(data, { recursive: true })
    await cp(files, data, { recursive: true })
    await start('yes')
  }

  await start()
  return {
    port,
    pid: () => server?.pid ?? 0,
    kill,
    start: () => start(),
    freeze: () => server?.kill('SIGSTOP'),
    thaw: () => server?.kill('SIGCONT'),
    async snapshot() {
      await rm(copy, { recursive: true, force: true })
      await cp(data, copy, { recursive: true })
    },
    rollBack: () => startWith(copy),
    async loseTail(bytes) {
      await kill()
      const folderOf = join(data, 'appendonlydir')
      const last = (await readdir(folderOf))
        .filter(name => name.endsWith('.incr.aof'))
        .sort()
        .at(-1)
      if (last) {
        const file = join(folderOf, last)
        await truncate(file, Math.max(0, (await stat(file)).size - bytes))
      }
      await start('yes')
    },
    flush: () => asked(port, redis => redis.flushall()),
    fill: isFull => asked(port, redis => redis.config('SET', 'maxmemory', isFull ? '1' : '0')),
    close: kill,
  }
}

/** One question, as soon as Redis is up. */
async function asked(
  port: number,
  question: (redis: ReturnType<typeof connectRedis>['redis']) => Promise<unknown>,
): Promise<void> {
  const link = connectRedis(`redis://127.0.0.1:${port}`, 'worker')
  try {
    await Promise.race([
      question(link.redis),
      new Promise((_, reject) => {
        setTimeout(() => reject(new Error(`redis-server did not come up within ${READY_MS} ms`)), READY_MS).unref()
      }),
    ])
  } finally {
    await link.close()
  }
}
