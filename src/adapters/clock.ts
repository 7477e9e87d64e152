import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../runs/ports.ts'

/** A longer timer of Node fires at once. */
const LONGEST_MS = 2 ** 31 - 1

/** The clock of this computer. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    await delay(Math.min(Math.max(0, ms), LONGEST_MS), undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  },
}
