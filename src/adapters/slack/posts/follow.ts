import type { RunFeed } from '../../../commands/desk.ts'
import type { Clock } from '../../../runs/ports.ts'
import type { RunRecord } from '../../../runs/state.ts'
import type { SlackLog } from '../log.ts'
import type { Progress } from './delivery.ts'

interface FollowParts {
  readonly feed: RunFeed
  readonly deliver: (record: RunRecord, signal: AbortSignal) => Promise<Progress>
  readonly clock: Clock
  readonly log: SlackLog
  /** Least time between two passes over one run: news that comes meanwhile is taken together, the latest wins. */
  readonly everyMs: number
}

export interface Follower {
  close(): Promise<void>
}

const FEED_AGAIN_MS = 2_000
const LONGEST_WAIT_MS = 30_000
const SWEEP_MS = 30_000

/** Follows all runs, from those that others left unfinished on, until it is closed. Nothing is lost while Slack or the feed is away. */
export function follow(parts: FollowParts): Follower {
  const closing = new AbortController()
  const { signal } = closing
  const fresh = new Set<string>()
  const busy = new Map<string, Promise<void>>()

  function touch(run: string): void {
    fresh.add(run)
    if (!busy.has(run) && !signal.aborted) busy.set(run, keepUp(run))
  }

  async function keepUp(run: string): Promise<void> {
    let tries = 0
    try {
      while (fresh.delete(run) && !signal.aborted) {
        const progress = await pass(parts, run, signal)
        tries = progress.kind === 'done' ? 0 : tries + 1
        if (progress.kind === 'later') fresh.add(run)
        await parts.clock.sleep(pauseAfter(progress, tries, parts.everyMs), signal)
      }
    } finally {
      busy.delete(run)
    }
  }

  const listening = [listen(parts, touch, signal), sweep(parts, touch, signal)]
  return {
    async close() {
      closing.abort()
      await Promise.allSettled(listening)
      await Promise.allSettled(busy.values())
    },
  }
}

/** Nothing was shown: no need to wait before the next look. */
function pauseAfter(progress: Progress, tries: number, everyMs: number): number {
  if (progress.kind === 'later') return backOff(progress.afterMs, tries)
  return progress.silent ? 0 : everyMs
}

/** What Slack asked for, or twice as long each time, up to half a minute. */
function backOff(afterMs: number, tries: number): number {
  return Math.max(afterMs, tries > 1 ? Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(tries, 10)) : 0)
}

async function pass(parts: FollowParts, run: string, signal: AbortSignal): Promise<Progress> {
  try {
    const record = await parts.feed.load(run)
    const progress = record ? await parts.deliver(record, signal) : ({ kind: 'done' } as const)
    if (progress.kind === 'later' && !signal.aborted)
      parts.log.warn({ run, because: progress.because }, 'Slack will be told later')
    return progress
  } catch (error) {
    if (!signal.aborted) parts.log.error({ run, error: String(error) }, 'could not show this run in Slack')
    return { kind: 'later', afterMs: 1_000, because: String(error) }
  }
}

/** Takes news as it comes; a feed that breaks off is followed anew. */
async function listen(parts: FollowParts, touch: (run: string) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const run of parts.feed.follow(signal)) touch(run)
    } catch (error) {
      if (!signal.aborted) parts.log.error({ error: String(error) }, 'the feed of runs broke off')
    }
    await parts.clock.sleep(FEED_AGAIN_MS, signal)
  }
}

/** Looks at all recent runs now and then: what happened before we listened, and news that got lost. */
async function sweep(parts: FollowParts, touch: (run: string) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for (const run of await parts.feed.recent()) touch(run)
      await parts.clock.sleep(SWEEP_MS, signal)
    } catch (error) {
      if (!signal.aborted) parts.log.error({ error: String(error) }, 'could not list the recent runs')
      await parts.clock.sleep(FEED_AGAIN_MS, signal)
    }
  }
}
