import { dump } from './dump.ts'
import type { Lab } from './lab.ts'

export interface UntilOptions {
  /** Real time, not the workspace's. */
  readonly timeoutMs?: number
  /** What is waited for, in words for the one who reads the failure. */
  readonly what: string
  readonly signal?: AbortSignal
}

const DEFAULT_TIMEOUT_MS = 5_000

/** Settles as soon as `look` finds something, looking again at every change. Rejects with the whole conversation on time-out. */
export async function until<T>(lab: Lab, look: () => T | undefined | false | null, options: UntilOptions): Promise<T> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, what, signal } = options
  const limit = AbortSignal.timeout(timeoutMs)
  const ends = signal ? AbortSignal.any([limit, signal]) : limit
  let stop = () => {}
  try {
    return await new Promise<T>((resolve, reject) => {
      const check = () => {
        try {
          const found = look()
          if (found) resolve(found)
        } catch (error) {
          reject(error)
        }
      }
      const unwatch = lab.changes.watch(check)
      const giveUp = () =>
        reject(new Error(`${limit.aborted ? `not within ${timeoutMs} ms` : 'cancelled'}: ${what}\n${dump(lab)}`))
      ends.addEventListener('abort', giveUp, { once: true })
      stop = () => {
        unwatch()
        ends.removeEventListener('abort', giveUp)
      }
      if (ends.aborted) giveUp()
      else check()
    })
  } finally {
    stop()
  }
}
