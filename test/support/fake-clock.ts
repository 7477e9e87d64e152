import type { Clock } from '../../src/runs/ports.ts'

export interface FakeClock extends Clock {
  /** Lets time pass without anybody sleeping. */
  advance(ms: number): void
  /** Calls `then` while something sleeps, as soon as `monotonic()` has reached `at`. */
  when(at: number, then: () => void): void
}

/** Virtual time: a sleep takes no real time and moves the clock on by its length, or to where something was to happen first. */
export function createFakeClock(startMs = Date.UTC(2026, 10, 21, 14, 2, 11)): FakeClock {
  let passed = 0
  const due: { at: number; then: () => void }[] = []

  function moveTo(end: number, signal?: AbortSignal): void {
    for (;;) {
      const next = due.filter(one => one.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next || signal?.aborted) break
      due.splice(due.indexOf(next), 1)
      passed = Math.max(passed, next.at)
      next.then()
    }
    if (!signal?.aborted) passed = Math.max(passed, end)
  }

  return {
    now: () => startMs + passed,
    monotonic: () => passed,
    advance: ms => moveTo(passed + ms),
    when: (at, then) => due.push({ at, then }),
    async sleep(ms, signal) {
      if (!signal.aborted) moveTo(passed + Math.max(0, ms), signal)
    },
  }
}
