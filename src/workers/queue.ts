import { Queue, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { ULID_PATTERN } from '../runs/ulid.ts'

const NAME = 'ha-legs'
const PREFIX = 'ha:queue'
const DAY_SECONDS = 24 * 3600
/** Takeover within 20 s: a worker that died is noticed after at most this, and reconcile looks every few seconds. */
const TIMING: Timing = { lockMs: 15_000, stalledMs: 5_000 }

/** A nudge to carry on one run: the journal says what there is to do. */
export const Leg = z.strictObject({
  run: z.string().regex(ULID_PATTERN),
  leg: z.number().int().min(1),
  try: z.number().int().min(1),
})
export type Leg = z.infer<typeof Leg>

/** `ended`: it returned, or its worker died; `absent`: no such job is known. */
export type LegState = 'waiting' | 'active' | 'ended' | 'absent'

export interface LegQueue {
  /** Adds the job unless it is there already; the same leg and try is one job. */
  add(leg: Leg): Promise<void>
  state(leg: Leg): Promise<LegState>
  close(): Promise<void>
}

/** `run-<ulid>-leg<n>-try<k>`: BullMQ refuses `:` in ids. */
function jobId(leg: Leg): string {
  return `run-${leg.run}-leg${leg.leg}-try${leg.try}`
}

/** The producing side of the queue. Jobs are tried once, ever: what ran is told by the journal, not by a retry (ADR 3). */
export function createLegQueue(redis: Redis): LegQueue {
  const queue = new Queue(NAME, { connection: redis, prefix: PREFIX })
  queue.on('error', () => undefined)
  return {
    add: async leg => {
      const keep = {
        removeOnComplete: { age: 30 * DAY_SECONDS, count: 10_000 },
        removeOnFail: { age: 90 * DAY_SECONDS, count: 10_000 },
      }
      await queue.add('leg', leg, { jobId: jobId(leg), attempts: 1, ...keep })
    },
    state: async leg => {
      const state = await queue.getJobState(jobId(leg))
      if (state === 'active') return 'active'
      if (state === 'unknown') return 'absent'
      return state === 'completed' || state === 'failed' ? 'ended' : 'waiting'
    },
    close: () => queue.close(),
  }
}

export interface LegConsumer {
  /** Stops taking legs and waits until those under way have returned. */
  close(): Promise<void>
}

interface Timing {
  /** How long a worker may be silent before its legs count as lost. */
  readonly lockMs: number
  /** How often silent workers are looked for. */
  readonly stalledMs: number
}

export interface ConsumerOptions {
  readonly redis: Redis
  readonly concurrency: number
  /** `lost` fires when the queue no longer knows that we work on this leg: it must begin nothing more. */
  readonly carry: (leg: Leg, lost: AbortSignal) => Promise<void>
  /** Trouble of the queue, and of a leg that ended by an error. */
  readonly onError: (error: Error) => void
  readonly timing?: Timing
}

/**
 * The consuming side. `maxStalledCount: 0`: a job whose worker died is failed and never run again by BullMQ, because only the journal can
 * say what may follow (queue-and-redis.md §1).
 */
export function consumeLegs(options: ConsumerOptions): LegConsumer {
  const { lockMs, stalledMs } = options.timing ?? TIMING
  const held = new Map<string, AbortController>()
  const worker = new Worker(
    NAME,
    async job => {
      const lost = new AbortController()
      const id = job.id ?? ''
      held.set(id, lost)
      await options.carry(Leg.parse(job.data), lost.signal).finally(() => held.delete(id))
    },
    {
      connection: options.redis,
      prefix: PREFIX,
      concurrency: options.concurrency,
      lockDuration: lockMs,
      stalledInterval: stalledMs,
      maxStalledCount: 0,
    },
  )
  worker.on('error', options.onError)
  worker.on('failed', (_, error) => options.onError(error))
  worker.on('lockRenewalFailed', ids => {
    for (const id of ids) held.get(id)?.abort()
  })
  return { close: () => worker.close() }
}
