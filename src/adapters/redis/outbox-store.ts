import type { Redis } from 'ioredis'
import { keys } from './keys.ts'

/** Longer than any card is edited: rows of forgotten runs go away by themselves. */
const KEEP_SECONDS = 90 * 24 * 3600

/** Where a surface keeps what it has posted, so that a restart posts nothing twice. */
export function createOutboxStore(redis: Redis) {
  return {
    get: async (key: string): Promise<string | undefined> => (await redis.get(keys.outbox(key))) ?? undefined,
    set: async (key: string, value: string): Promise<void> => {
      await redis.set(keys.outbox(key), value, 'EX', KEEP_SECONDS)
    },
  }
}
