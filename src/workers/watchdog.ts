import type { Clock } from '../runs/ports.ts'
import type { LegConsumer, LegQueue } from './queue.ts'

export interface WatchdogParts {
  readonly queue: Pick<LegQueue, 'waiting'>
  readonly consumer: Pick<LegConsumer, 'free'>
  readonly clock: Pick<Clock, 'monotonic'>
  /** How long a job may wait while there are hands free. */
  readonly limitMs: number
  /** Called with the job that waited too long, at every look from then on. */
  readonly onDeaf: (id: string) => void
}

/** Of the time between two looks no more than this counts: whoever stood still has not been listening in vain. */
const MOST_MS = 5_000

/**
 * Notices a worker that is deaf: connected, without an error, and never told of a job again (queue-and-redis.md §2.2, e). Gives one look, to
 * be repeated every few seconds.
 */
export function createWatchdog({ queue, consumer, clock, limitMs, onDeaf }: WatchdogParts): () => Promise<void> {
  let waited = new Map<string, number>()
  let lookedAt = clock.monotonic()
  return async () => {
    // Trouble with asking is told by whoever needs the answer; it says nothing about hearing.
    const waiting = consumer.free() > 0 ? await queue.waiting().catch(() => []) : []
    const passed = Math.min(MOST_MS, clock.monotonic() - lookedAt)
    lookedAt = clock.monotonic()
    waited = new Map(waiting.map(id => [id, waited.has(id) ? (waited.get(id) ?? 0) + passed : 0]))
    const [deafTo] = [...waited].find(([, ms]) => ms >= limitMs) ?? []
    if (deafTo !== undefined) onDeaf(deafTo)
  }
}
