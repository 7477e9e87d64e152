import { setMaxListeners } from 'node:events'
import type { Clock } from '../../runs/ports.ts'

/** How long an execution may take, whoever ends it: its deadline, or the person who cancels it. */
export interface Patience {
  /** Fires at the deadline or when the caller's signal does. */
  readonly signal: AbortSignal
  /** Which of the two fired first; meaningful once `signal` has fired. */
  why(): 'timed-out' | 'cancelled'
  /** Must be called at the end: clears the timer and the listener. */
  stop(): void
}

export function startPatience(clock: Clock, timeoutMs: number, caller: AbortSignal): Patience {
  const over = new AbortController()
  const ended = new AbortController()
  let why: 'timed-out' | 'cancelled' = 'cancelled'
  const cancel = (): void => over.abort()
  const expire = (): void => {
    if (ended.signal.aborted || over.signal.aborted) return
    why = 'timed-out'
    over.abort()
  }
  if (caller.aborted) cancel()
  // One signal for all nodes of a run is the usual case, not a leak.
  setMaxListeners(0, caller)
  caller.addEventListener('abort', cancel, { once: true })
  void clock.sleep(timeoutMs, ended.signal).then(expire)
  const stop = (): void => {
    caller.removeEventListener('abort', cancel)
    ended.abort()
  }
  return { signal: over.signal, why: () => why, stop }
}

/** The promise's value, or undefined as soon as `signal` fires; the promise itself goes on. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return Promise.resolve(undefined)
  return new Promise((resolve, reject) => {
    const leave = (): void => resolve(undefined)
    signal.addEventListener('abort', leave, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
