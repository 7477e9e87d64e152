import { systemClock } from '../adapters/clock.ts'
import type { Journal } from '../runs/journal.ts'
import type { Clock } from '../runs/ports.ts'
import { followNews } from '../workers/news.ts'

/** So many of the latest runs are looked at when a worker starts: a crash may have come between an end and its seal. */
const LATEST = 200
/** What could not be sealed, as on a full disk, is tried again so often. */
const AGAIN_MS = 60_000

export interface SealEnds {
  readonly journal: Pick<Journal, 'list' | 'follow'>
  /** Seals a run that has ended, and leaves others and sealed ones alone; false when it has ended and is not sealed now. */
  readonly seal: (run: string) => Promise<boolean>
  readonly signal: AbortSignal
  readonly onError: (error: unknown, run: string) => void
  readonly clock?: Pick<Clock, 'sleep'>
}

/**
 * The one that seals: each run as it ends, with a leg or without one, and what a crash left unsealed. What comes to nothing is owed and
 * tried again. Resolves when `signal` fires and what was begun is done.
 */
export async function sealEnds({ journal, seal, signal, onError, clock = systemClock }: SealEnds): Promise<void> {
  const owed = new Set<string>()
  const failed = (error: unknown, run = '') => {
    onError(error, run)
    return false
  }
  const look = async (run: string) => {
    const isSettled = await seal(run).catch((error: unknown) => failed(error, run))
    if (isSettled) owed.delete(run)
    else owed.add(run)
  }
  const news = followNews({ journal, clock, look, onError: failed }, signal)
  // Listed after following has begun: nothing ends unseen in between.
  let isListed = false
  while (!signal.aborted) {
    if (!isListed) isListed = await oweLatest(journal, owed).catch((error: unknown) => failed(error))
    for (const run of [...owed]) if (!signal.aborted) await look(run)
    await clock.sleep(AGAIN_MS, signal)
  }
  await news
}

async function oweLatest(journal: SealEnds['journal'], owed: Set<string>): Promise<true> {
  for (const { run } of await journal.list(LATEST)) owed.add(run)
  return true
}
