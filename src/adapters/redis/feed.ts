import type { Redis } from 'ioredis'
import { keys } from './keys.ts'

const BLOCK_MS = 2000

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
    let last = await latest(own)
    while (!signal.aborted) {
      const rows = await read(own, last)
      last = rows.at(-1)?.id ?? last
      yield* new Set(rows.map(row => row.run))
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', stop)
    own.disconnect()
  }
}

async function latest(redis: Redis): Promise<string> {
  const [row] = await redis.xrevrange(keys.feed, '+', '-', 'COUNT', 1)
  return row?.[0] ?? '0-0'
}

interface Row {
  readonly id: string
  readonly run: string
}

/** A time-out while Redis is away is not the end: an empty answer makes the caller ask again. */
async function read(redis: Redis, after: string): Promise<Row[]> {
  try {
    const answer = await redis.xread('COUNT', 500, 'BLOCK', BLOCK_MS, 'STREAMS', keys.feed, after)
    const rows = answer?.[0]?.[1] ?? []
    return rows.map(([id, fields]) => ({ id, run: fields[1] ?? '' }))
  } catch (error) {
    if (error instanceof Error && error.message.includes('timed out')) return []
    throw error
  }
}
