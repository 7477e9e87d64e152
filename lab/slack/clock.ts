/** The workspace's time: real time plus what a test has advanced, with timers that advancing fires at once. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls `act` once `delayMs` of workspace time have passed; the answer cancels it. */
  after(delayMs: number, act: () => void): () => void
  /** Moves time forward and fires what has become due, in order. */
  advance(byMs: number): void
  /** Cancels every timer; later ones never fire. */
  close(): void
}

interface Alarm {
  readonly due: number
  readonly act: () => void
  timer?: NodeJS.Timeout
}

/** A clock over `base`. With a base that stands still, time passes by `advance` alone. */
export function createClock(base: () => number): Clock {
  const alarms = new Set<Alarm>()
  let ahead = 0
  let closed = false
  const now = () => base() + ahead

  function arm(alarm: Alarm): void {
    alarm.timer = setTimeout(() => ring(alarm), Math.max(1, alarm.due - now()))
  }

  function ring(alarm: Alarm): void {
    if (!alarms.has(alarm)) return
    if (now() < alarm.due) {
      arm(alarm)
    } else {
      cancel(alarm)
      alarm.act()
    }
  }

  function cancel(alarm: Alarm): void {
    clearTimeout(alarm.timer)
    alarms.delete(alarm)
  }

  return {
    now,
    after(delayMs, act) {
      if (closed) return () => {}
      const alarm: Alarm = { due: now() + delayMs, act }
      alarms.add(alarm)
      arm(alarm)
      return () => cancel(alarm)
    },
    advance(byMs) {
      ahead += byMs
      const due = [...alarms].filter(alarm => alarm.due <= now()).sort((a, b) => a.due - b.due)
      for (const alarm of due) ring(alarm)
    },
    close() {
      closed = true
      for (const alarm of [...alarms]) cancel(alarm)
    },
  }
}
