import { type Job as BullJob, Queue, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Clock } from '../runs/ports.ts'
import { type Admit, type JobSigner, jobId, type Leg, signedJob } from './job.ts'
import { keepLock, LockStanding, momentOf, type Standing } from './standing.ts'

const NAME = 'ha-legs'
const PREFIX = 'ha:queue'
const DAY_SECONDS = 24 * 3600
/** Takeover within 20 s: a worker that died is noticed after at most this, and reconcile looks every few seconds. */
const TIMING: Timing = { lockMs: 15_000, stalledMs: 5_000 }
const WAITING_SEEN = 100

export type { Leg } from './job.ts'

/** `ended`: it returned, or its worker died; `absent`: no such job is known. */
export type LegState = 'waiting' | 'active' | 'ended' | 'absent'

export interface LegQueue {
  /** Adds the job, signed, unless it is there already; the same leg and try is one job. */
  add(leg: Leg): Promise<void>
  state(leg: Leg): Promise<LegState>
  /** Ids of jobs that no worker has taken yet, some hundred at most. */
  waiting(): Promise<readonly string[]>
  close(): Promise<void>
}

export interface QueueParts {
  readonly redis: Redis
  /** Redis TIME in ms. */
  readonly time: () => Promise<number>
  readonly signer: JobSigner
}

/** The producing side of the queue. Jobs are tried once, ever: what ran is told by the journal, not by a retry (ADR 3). */
export function createLegQueue({ redis, time, signer }: QueueParts): LegQueue {
  const queue = new Queue(NAME, { connection: redis, prefix: PREFIX })
  queue.on('error', () => undefined)
  return {
    add: async leg => {
      const keep = {
        removeOnComplete: { age: 30 * DAY_SECONDS, count: 10_000 },
        removeOnFail: { age: 90 * DAY_SECONDS, count: 10_000 },
      }
      await queue.add('leg', signedJob(leg, await time(), signer), { jobId: jobId(leg), attempts: 1, ...keep })
    },
    state: async leg => {
      const state = await queue.getJobState(jobId(leg))
      if (state === 'active') return 'active'
      if (state === 'unknown') return 'absent'
      return state === 'completed' || state === 'failed' ? 'ended' : 'waiting'
    },
    waiting: async () => (await queue.getWaiting(0, WAITING_SEEN - 1)).flatMap(job => job?.id ?? []),
    close: () => queue.close(),
  }
}

export interface LegConsumer {
  /** How many more legs it could carry now. */
  free(): number
  /** Whether it carries a leg of this run. */
  carries(run: string): boolean
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
  readonly clock: Clock
  readonly concurrency: number
  readonly admit: Admit
  /**
   * `lost` fires when the queue no longer knows, or cannot be asked for too long, that we work on this leg: it must begin nothing more. Who
   * stood still has not heard of it yet: `standing` is asked right before each remote action.
   */
  readonly carry: (leg: Leg, lost: AbortSignal, standing: Standing) => Promise<void>
  /** Trouble of the queue, and of a leg that ended by an error. */
  readonly onError: (error: Error) => void
  readonly timing?: Timing
}

/**
 * The consuming side. `maxStalledCount: 0`: a job whose worker died is failed and never run again by BullMQ, because only the journal can
 * say what may follow (queue-and-redis.md §1). Locks are renewed by ourselves: what counts is when that was asked, which BullMQ does not tell.
 */
export function consumeLegs(options: ConsumerOptions): LegConsumer {
  const { lockMs, stalledMs } = options.timing ?? TIMING
  const held = new Map<string, string>()
  const worker = new Worker(
    NAME,
    async (job, token) => {
      const id = job.id ?? ''
      const leg = await options.admit(id, job.data)
      if (!leg) return
      held.set(id, leg.run)
      await carryLocked(options, lockMs, leg, job, token ?? '').finally(() => held.delete(id))
    },
    {
      connection: options.redis,
      prefix: PREFIX,
      concurrency: options.concurrency,
      lockDuration: lockMs,
      stalledInterval: stalledMs,
      maxStalledCount: 0,
      skipLockRenewal: true,
    },
  )
  worker.on('error', options.onError)
  worker.on('failed', (_, error) => options.onError(error))
  return {
    free: () => options.concurrency - held.size,
    carries: run => [...held.values()].includes(run),
    close: () => worker.close(),
  }
}

async function carryLocked(
  { clock, carry }: ConsumerOptions,
  lockMs: number,
  leg: Leg,
  job: BullJob,
  token: string,
): Promise<void> {
  const standing = new LockStanding(clock, lockMs, lockAsked(clock, job))
  const done = new AbortController()
  const renew = async () => (await job.extendLock(token, lockMs)) === 1
  const keeping = keepLock(standing, clock, lockMs / 5, renew, done.signal)
  try {
    if (standing.ok()) await carry(leg, standing.lost, standing)
  } finally {
    done.abort()
    await keeping
  }
}

/** BullMQ notes the time before it asks for a job and the lock on it. */
function lockAsked(clock: Clock, { processedOn }: BullJob): { monotonic: number; wall: number } {
  const { monotonic, wall } = momentOf(clock)
  const age = Math.max(0, wall - (processedOn ?? wall))
  return { monotonic: monotonic - age, wall: wall - age }
}
