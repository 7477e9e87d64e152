import type { Clock } from '../../../runs/ports.ts'

/** Calls a lane lets through at once, and one more every so many ms. */
interface Pace {
  readonly burst: number
  readonly everyMs: number
}

/** Slack's limits: about one message a second in a channel; 50 edits a minute in all (slack-platform.md §4.2). */
export const PACES = {
  post: { burst: 5, everyMs: 1_000 },
  edit: { burst: 10, everyMs: 1_200 },
  file: { burst: 5, everyMs: 3_000 },
} as const satisfies Record<string, Pace>

export type Urgency = 'first' | 'soon'

/** Turns for calls of one kind: paced, urgent ones first, and all of them waiting when Slack says so. */
export interface Lanes {
  /** Resolves when it is this caller's turn, or when `signal` fires. */
  turn(lane: string, pace: Pace, urgency: Urgency, signal: AbortSignal): Promise<void>
  /** Slack asked for silence. */
  hold(lane: string, ms: number): void
}

interface Lane {
  left: number
  at: number
  heldUntil: number
  moving: boolean
  readonly first: (() => void)[]
  readonly soon: (() => void)[]
}

export function createLanes(clock: Clock): Lanes {
  const lanes = new Map<string, Lane>()

  function lane(name: string, pace: Pace): Lane {
    const known = lanes.get(name)
    if (known) return known
    const made: Lane = { left: pace.burst, at: clock.monotonic(), heldUntil: 0, moving: false, first: [], soon: [] }
    lanes.set(name, made)
    return made
  }

  /** Lets the waiting through, one by one; there is one mover per lane. */
  async function move(from: Lane, pace: Pace, signal: AbortSignal): Promise<void> {
    if (from.moving) return
    from.moving = true
    try {
      while (from.first.length + from.soon.length > 0) {
        const wait = signal.aborted ? 0 : untilFree(from, pace, clock.monotonic())
        if (wait > 0) await clock.sleep(wait, signal)
        else (from.first.shift() ?? from.soon.shift())?.()
      }
    } finally {
      from.moving = false
    }
  }

  return {
    turn(name, pace, urgency, signal) {
      const into = lane(name, pace)
      const turn = new Promise<void>(resolve => void into[urgency].push(resolve))
      void move(into, pace, signal)
      return turn
    },
    hold(name, ms) {
      const held = lanes.get(name)
      if (held) held.heldUntil = Math.max(held.heldUntil, clock.monotonic() + ms)
    },
  }
}

/** Ms until the lane is free; takes the place when it is free now. */
function untilFree(lane: Lane, pace: Pace, now: number): number {
  if (now < lane.heldUntil) return lane.heldUntil - now
  lane.left = Math.min(pace.burst, lane.left + (now - lane.at) / pace.everyMs)
  lane.at = now
  if (lane.left < 1) return Math.ceil((1 - lane.left) * pace.everyMs)
  lane.left -= 1
  return 0
}
