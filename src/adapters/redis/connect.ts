import { Redis, type RedisOptions } from 'ioredis'

/**
 * `desk`: fails fast, so that a person hears "NOT accepted" instead of waiting. `worker`: waits for Redis to come back.
 * Both are needed in a process that does both (queue-and-redis.md §2.7).
 */
export type ConnectionKind = 'desk' | 'worker'

const OPTIONS = {
  desk: { enableOfflineQueue: true, maxRetriesPerRequest: 1, commandTimeout: 2000, connectTimeout: 2000 },
  worker: { maxRetriesPerRequest: null, connectTimeout: 5000, keepAlive: 5000 },
} as const satisfies Record<ConnectionKind, RedisOptions>

export interface RedisLink {
  readonly redis: Redis
  /** Latest connection trouble in words, "" while the link is up. */
  trouble(): string
  close(): Promise<void>
}

/** A connection that reconnects for ever, half a second to two seconds apart, and remembers its latest trouble. */
export function connectRedis(url: string, kind: ConnectionKind): RedisLink {
  const redis = new Redis(url, { ...OPTIONS[kind], retryStrategy: times => Math.min(2000, 250 * times) })
  let trouble = ''
  redis.on('error', (error: Error) => {
    trouble = error.message || error.name
  })
  redis.on('ready', () => {
    trouble = ''
  })
  return {
    redis,
    trouble: () => trouble,
    close: async () => {
      redis.disconnect()
    },
  }
}
