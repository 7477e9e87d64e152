import type { Journal } from '../runs/journal.ts'
import type { Clock } from '../runs/ports.ts'

export interface NewsParts {
  readonly journal: Pick<Journal, 'follow'>
  readonly clock: Pick<Clock, 'sleep'>
  /** Looks at one run that has changed. */
  readonly look: (run: string) => Promise<void>
  readonly onError: (error: unknown) => void
}

/** Between two looks at the same run: one that is under way changes many times a second. */
const SPACING_MS = 250

/** Looks at each run as it changes, at once and then at most every quarter of a second, until `signal` fires. */
export async function followNews({ journal, clock, look, onError }: NewsParts, signal: AbortSignal): Promise<void> {
  const again = new Set<string>()
  const looking = new Map<string, Promise<void>>()
  const lookAt = async (run: string) => {
    do {
      again.delete(run)
      await look(run).catch(onError)
      await clock.sleep(SPACING_MS, AbortSignal.any([signal]))
    } while (again.has(run) && !signal.aborted)
    looking.delete(run)
  }
  for await (const run of journal.follow(signal)) {
    if (looking.has(run)) again.add(run)
    else looking.set(run, lookAt(run))
  }
  await Promise.all(looking.values())
}
