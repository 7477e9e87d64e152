import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { keys } from './keys.ts'

const BLOCK_MS = 2000
const RETRY_MS = 250

/**
 * Runs that changed, from now on, oldest first. Uses a connection of its own, because XREAD BLOCK holds one; survives Redis going away:
 * what was missed meanwhile is still in the stream.
 */
export async function* followFeed(redis: Redis, signal: AbortSignal): AsyncIterable<string> {
  const own = redis.duplicate({ maxRetriesPerRequest: null, enableOfflineQueue: true, commandTimeout: BLOCK_MS * 5 })
  own.on('error', () => undefined)
  const stop = () => own.disconnect()
  signal.addEventListener('abort', stop, { once: true })
  try {
    let last = await patiently(() => latest(own), signal)
    while (last !== undefined && !signal.aborted) {
      const after = last
      const rows = (await patiently(() => read(own, after), signal)) ?? []
      last = rows.at(-1)?.id ?? last
      yield* new Set(rows.map(row => row.run))
    }
  } finally {
    signal.removeEventListener('abort', stop)
    own.disconnect()
  }
}

/** Asks until there is an answer: while Redis is away nothing is missed, so an error is no end. Undefined once `signal` fires. */
async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  while (!signal.aborted) {
    try {
      return await ask()
    } catch {
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined)
    }
  }
  return undefined
}

async function latest(redis: Redis): Promise<string> {
  const [row] = await redis.xrevrange(keys.feed, '+', '-', 'COUNT', 1)
  return row?.[0] ?? '0-0'
}

interface Row {
  readonly id: string
  readonly run: string
}

async function read(redis: Redis, after: string): Promise<Row[]> {
  const answer = await redis.xread('COUNT', 500, 'BLOCK', BLOCK_MS, 'STREAMS', keys.feed, after)
  const rows = answer?.[0]?.[1] ?? []
  return rows.map(([id, fields]) => ({ id, run: fields[1] ?? '' }))
}
