import { type Admit, jobId, type Leg, signedJob } from '../../../../src/workers/job.ts'
import type { LegQueue } from '../../../../src/workers/queue.ts'
import { keepLock, LockStanding, momentOf, type Standing } from '../../../../src/workers/standing.ts'
import type { Kernel } from '../kernel.ts'
import type { Life } from '../life.ts'
import type { Random } from '../random.ts'
import type { Job } from './data.ts'
import type { Patience, SimulatedRedis } from './redis.ts'

/** As in production (src/workers/queue.ts). */
const LOCK_MS = 15_000
const STALLED_MS = 5_000
const SIGNER = { by: 'worker' as const, sign: () => 'signed' }

/** The producing side: a job's id is taken for ever, whatever became of it. */
export function createLegQueue(redis: SimulatedRedis, life: Life, patience: Patience): LegQueue {
  const add = (leg: Leg) => {
    const id = jobId(leg)
    const { jobs } = redis.data
    if (jobs.has(id)) return
    const data = signedJob(leg, redis.time(), SIGNER)
    jobs.set(id, { id, data, order: jobs.size, state: 'waiting', holder: '', lockedUntil: 0 })
    redis.announce()
  }
  return {
    add: leg => redis.call(life, patience, () => add(leg), true),
    state: leg => redis.call(life, patience, () => redis.data.jobs.get(jobId(leg))?.state ?? 'absent'),
    waiting: () =>
      redis.call(life, patience, () =>
        [...redis.data.jobs.values()].filter(job => job.state === 'waiting').map(job => job.id),
      ),
    close: async () => undefined,
  }
}

export interface ConsumerParts {
  readonly redis: SimulatedRedis
  readonly life: Life
  readonly kernel: Kernel
  readonly random: Random
  readonly admit: Admit
  readonly carry: (leg: Leg, lost: AbortSignal, standing: Standing) => Promise<void>
  readonly onError: (error: unknown) => void
}

/**
 * The consuming side, as BullMQ behaves (queue-and-redis.md §2.2): a lock that is renewed, other workers that fail the jobs of the silent
 * ones, and a frozen worker that learns of it when it is too late.
 */
export class Consumer {
  readonly #parts: ConsumerParts
  readonly #underWay = new Map<Promise<void>, string>()
  #isClosing = false

  constructor(parts: ConsumerParts) {
    this.#parts = parts
    parts.redis.onNews(() => this.#fetchSoon())
    this.#fetchSoon()
    this.#watchSilentOnes()
  }

  carries(run: string): boolean {
    return [...this.#underWay.values()].includes(run)
  }

  /** Takes no more jobs and waits for those under way. */
  async close(): Promise<void> {
    this.#isClosing = true
    await Promise.all(this.#underWay.keys())
  }

  #fetchSoon(): void {
    const { kernel, random, life } = this.#parts
    kernel.in(random.int(1, 40), () => life.give(() => this.#fetch()))
  }

  #fetch(): void {
    const { redis, life, kernel } = this.#parts
    if (this.#isClosing || redis.isAway) return
    const [next] = [...redis.data.jobs.values()]
      .filter(job => job.state === 'waiting')
      .sort((a, b) => a.order - b.order)
    if (!next) return
    redis.data.jobs.set(next.id, { ...next, state: 'active', holder: life.name, lockedUntil: kernel.now + LOCK_MS })
    const work = this.#work(next).finally(() => this.#underWay.delete(work))
    this.#underWay.set(work, next.data.run)
    this.#fetchSoon()
  }

  async #work({ id, data }: Job): Promise<void> {
    const { redis, life, admit, onError } = this.#parts
    const asked = momentOf(life.clock)
    try {
      const leg = await admit(id, data)
      if (leg) await this.#carryLocked(id, leg, asked)
    } catch (error) {
      onError(error)
    }
    await redis.call(life, 'worker', () => {
      const job = redis.data.jobs.get(id)
      if (job?.state === 'active' && job.holder === life.name) redis.data.jobs.set(id, { ...job, state: 'ended' })
    })
  }

  async #carryLocked(id: string, leg: Leg, asked: ReturnType<typeof momentOf>): Promise<void> {
    const { redis, life, carry } = this.#parts
    const standing = new LockStanding(life.clock, LOCK_MS, asked)
    const done = new AbortController()
    const renew = () => redis.call(life, 'worker', () => this.#renewed(id))
    const keeping = keepLock(standing, life.clock, LOCK_MS / 5, renew, done.signal)
    try {
      if (standing.ok()) await carry(leg, standing.lost, standing)
    } finally {
      done.abort()
      await keeping
    }
  }

  #renewed(id: string): boolean {
    const { redis, life, kernel } = this.#parts
    const job = redis.data.jobs.get(id)
    if (job?.state !== 'active' || job.holder !== life.name) return false
    redis.data.jobs.set(id, { ...job, lockedUntil: kernel.now + LOCK_MS })
    return true
  }

  #watchSilentOnes(): void {
    const { redis, life, kernel } = this.#parts
    const look = () => {
      if (this.#isClosing) return
      kernel.in(STALLED_MS, () => life.give(look))
      if (redis.isAway) return
      for (const job of redis.data.jobs.values()) {
        if (job.state === 'active' && job.lockedUntil < kernel.now)
          redis.data.jobs.set(job.id, { ...job, state: 'ended' })
      }
    }
    kernel.in(STALLED_MS, () => life.give(look))
  }
}
