import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from './fault.ts'

const DOWN_MS = 700
const FROZEN_MS = 3_000
const TAIL_BYTES = 1_500

const nothing = async (): Promise<void> => undefined
const anywhere = () => true

/** What happens to Redis. The process is held at the point until it has happened. */
export const REDIS_FAULTS: readonly Fault[] = [
  {
    name: 'redis-kill',
    what: 'Redis is killed and comes back with all it had acknowledged',
    deed: 'hold',
    fits: anywhere,
    strike: async ({ lane }) => await lane.redis.kill(),
    async heal({ lane }) {
      await delay(DOWN_MS)
      await lane.redis.start()
    },
  },
  {
    name: 'redis-freeze',
    what: 'Redis stands still for longer than the locks',
    deed: 'hold',
    fits: anywhere,
    strike: async ({ lane }) => lane.redis.freeze(),
    async heal({ lane }) {
      await delay(FROZEN_MS)
      lane.redis.thaw()
    },
  },
  {
    name: 'redis-flush',
    what: 'FLUSHALL',
    deed: 'hold',
    fits: anywhere,
    strike: async ({ lane }) => await lane.redis.flush(),
    heal: nothing,
  },
  {
    name: 'redis-rollback',
    what: 'Redis comes back as it was before the request',
    deed: 'hold',
    fits: anywhere,
    prepare: async lane => await lane.redis.snapshot(),
    strike: async ({ lane }) => await lane.redis.rollBack(),
    heal: nothing,
  },
  {
    name: 'redis-failover',
    what: 'Redis comes back as it was before the approval, like a replica that was behind',
    deed: 'hold',
    fits: point => /^A[345]|^W/.test(point),
    beforeApproval: async lane => await lane.redis.snapshot(),
    strike: async ({ lane }) => await lane.redis.rollBack(),
    heal: nothing,
  },
  {
    name: 'redis-tail',
    what: 'Redis comes back without the end of its file',
    deed: 'hold',
    fits: anywhere,
    strike: async ({ lane }) => await lane.redis.loseTail(TAIL_BYTES),
    heal: nothing,
  },
  {
    name: 'redis-oom',
    what: 'Redis is full and refuses writes',
    deed: 'hold',
    fits: anywhere,
    strike: async ({ lane }) => await lane.redis.fill(true),
    async heal({ lane }) {
      await delay(1_500)
      await lane.redis.fill(false)
    },
  },
]
