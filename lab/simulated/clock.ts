/** Time as the model sees it. `pace` shortens durations; the wall clock is the real one. */
export interface LabClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `then` after `ms` of the model's time; the returned function cancels it. */
  after(ms: number, then: () => void): () => void
}

/** @param pace 1 = realistic durations, 0.05 = twenty times as fast. */
export function realClock(pace: number): LabClock {
  return {
    now: () => Date.now(),
    after(ms, then) {
      const timer = setTimeout(then, ms * pace)
      return () => clearTimeout(timer)
    },
  }
}
