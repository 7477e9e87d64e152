import { z } from 'zod'
import { durationText } from '../runbooks/duration.ts'
import type { Round } from './ports.ts'

const ms = z.number().int()

/**
 * A stretch without an answer, as long as a client can have felt it: from the beginning of the last request before it that was answered to
 * the answer of the first one behind it. Times are Redis TIME in ms.
 */
export const Gap = z.strictObject({
  fromMs: ms,
  /** When the first request began that was not answered. */
  failedMs: ms,
  toMs: ms,
  /** Requests without an answer. */
  failed: z.number().int().min(1),
  /** Why the first of them had none. */
  reason: z.string(),
  /** It went on when the last request ended, at `toMs`. */
  open: z.literal(true).optional(),
})
export type Gap = z.infer<typeof Gap>

/** What clients of a service felt while a run was under way. */
export const Measured = z.strictObject({
  /** `host:port`. */
  target: z.string(),
  everyMs: ms,
  /** Requests, answered or not. */
  rounds: z.number().int().min(0),
  failed: z.number().int().min(0),
  /** How many gaps there were, and the longest of them in ms; 0 without one. */
  outages: z.number().int().min(0),
  longestMs: ms,
  /** When so many requests in a row as were wanted had been answered behind the last gap; absent without one, or if that did not happen. */
  steadyMs: ms.optional(),
  /** In order of time; of many the longest. */
  gaps: z.array(Gap),
})
export type Measured = z.infer<typeof Measured>

const MOST_GAPS = 20

/** Sums up requests; `offsetMs` is what Redis TIME is ahead of the monotonic clock they were timed by. */
export function measuredFrom(
  rounds: readonly Round[],
  { target, everyMs, steady, offsetMs }: { target: string; everyMs: number; steady: number; offsetMs: number },
): Measured {
  const gaps = gapsOf(rounds).map(gap => onRunsClock(gap, offsetMs))
  const lastFailed = rounds.findLastIndex(({ answered }) => !answered)
  const steadyAt = lastFailed < 0 ? undefined : rounds[lastFailed + steady]?.endedAt
  return {
    target,
    everyMs,
    rounds: rounds.length,
    failed: rounds.filter(({ answered }) => !answered).length,
    outages: gaps.length,
    longestMs: Math.max(0, ...gaps.map(lengthOf)),
    ...(steadyAt !== undefined && { steadyMs: Math.round(steadyAt + offsetMs) }),
    gaps: longest(gaps),
  }
}

/** The stretches without an answer, by the clock of the requests. */
export function gapsOf(rounds: readonly Round[]): Gap[] {
  const gaps: Gap[] = []
  let open: Gap | undefined
  for (const [index, round] of rounds.entries()) {
    if (!round.answered) {
      const fromMs = rounds[index - 1]?.startedAt ?? round.startedAt
      const first = { fromMs, failedMs: round.startedAt, failed: 0, reason: round.reason }
      open = { ...(open ?? first), toMs: round.endedAt, failed: (open?.failed ?? 0) + 1 }
    } else if (open) {
      gaps.push({ ...open, toMs: round.endedAt })
      open = undefined
    }
  }
  return open ? [...gaps, { ...open, open: true }] : gaps
}

function onRunsClock(gap: Gap, offsetMs: number): Gap {
  const moved = (at: number) => Math.round(at + offsetMs)
  return { ...gap, fromMs: moved(gap.fromMs), failedMs: moved(gap.failedMs), toMs: moved(gap.toMs) }
}

function lengthOf({ fromMs, toMs }: Gap): number {
  return toMs - fromMs
}

function longest(gaps: readonly Gap[]): Gap[] {
  const kept = new Set([...gaps].sort((a, b) => lengthOf(b) - lengthOf(a)).slice(0, MOST_GAPS))
  return gaps.filter(gap => kept.has(gap))
}

/** How many of the latest requests were answered, one after the other. */
export function answeredLast(rounds: readonly Round[]): number {
  return rounds.length - 1 - rounds.findLastIndex(({ answered }) => !answered)
}

/** `once a second`, `every 0.2 s`. */
export function paceText(everyMs: number): string {
  return everyMs === 1000 ? 'once a second' : `every ${durationText(everyMs)}`
}

/** `clients were without it for 3.9 s (4 of 31 requests without an answer)`. */
export function measuredText(measured: Measured): string {
  const { rounds, failed, outages, longestMs, gaps, everyMs } = measured
  if (failed === 0) return `no request went without an answer; ${rounds} requests, ${paceText(everyMs)}`
  const counted = `(${failed} of ${rounds} requests without an answer)`
  const last = gaps.at(-1)
  if (last?.open)
    return `clients are still without it, for ${durationText(lengthOf(last))} now: ${last.reason} ${counted}`
  if (outages === 1) return `clients were without it for ${durationText(longestMs)} ${counted}`
  return `clients were without it ${outages} times, for ${durationText(longestMs)} at most ${counted}`
}
