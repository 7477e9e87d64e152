import type { Redis } from 'ioredis'
import { keys } from './keys.ts'

const KEEP_SECONDS = 7 * 24 * 3600
/** Whoever floods the queue must not fill Redis by it. */
const MOST = 1000
const LONGEST_ID = 200

/** Jobs that were set aside, by their id: noted once each, forgotten a week after the last one. */
export function createQuarantine<Why extends string>(redis: Redis) {
  return {
    put: async (id: string, why: Why): Promise<boolean> => {
      if ((await redis.hlen(keys.quarantine)) >= MOST) return false
      const isNew = (await redis.hsetnx(keys.quarantine, id.slice(0, LONGEST_ID), why)) === 1
      await redis.expire(keys.quarantine, KEEP_SECONDS)
      return isNew
    },
    count: async (): Promise<Readonly<Partial<Record<Why, number>>>> => {
      const counts: Partial<Record<Why, number>> = {}
      for (const why of (await redis.hvals(keys.quarantine)) as Why[]) counts[why] = (counts[why] ?? 0) + 1
      return counts
    },
  }
}
