import type { LabClock } from '../../../lab/simulated/clock.ts'

export interface HandClock extends LabClock {
  /** Lets `ms` of the model's time pass: everything due happens, in order. */
  advance(ms: number): void
}

/** A clock that only moves by hand. It begins now, for the real tools look at their own clock. */
export function handClock(): HandClock {
  const start = Date.now()
  let passed = 0
  let order = 0
  const due = new Map<number, { at: number; then: () => void }>()
  return {
    now: () => start + passed,
    after(ms, then) {
      order += 1
      const id = order
      due.set(id, { at: passed + ms, then })
      return () => due.delete(id)
    },
    advance(ms) {
      const end = passed + ms
      for (;;) {
        const next = [...due].filter(([, entry]) => entry.at <= end).sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0]
        if (!next) break
        due.delete(next[0])
        passed = next[1].at
        next[1].then()
      }
      passed = end
    },
  }
}
