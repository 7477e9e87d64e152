import { z } from 'zod'

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
type Unit = keyof typeof UNIT_MS

/** `90s`, `1h30m`, `250ms`: whole numbers with units, largest first, no spaces. */
export const DURATION_PATTERN = /^(?:\d{1,6}(?:ms|s|m|h|d))+$/

/** Milliseconds of a duration such as `1h30m`, or undefined when it is not one. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION_PATTERN.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|s|m|h|d)/g)) total += Number(amount) * UNIT_MS[unit as Unit]
  return total
}

/** A duration for people: `0.3 s`, `31.2 s`, `2 min 5 s`, `3 h 2 min`. */
export function durationText(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1).replace(/\.0$/, ms >= 10_000 ? '' : '.0')} s`
  if (ms < 3_600_000) return joined(Math.floor(ms / 60_000), 'min', Math.floor((ms % 60_000) / 1000), 's')
  return joined(Math.floor(ms / 3_600_000), 'h', Math.floor((ms % 3_600_000) / 60_000), 'min')
}

function joined(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`
}

/** Written as `15m`, held as milliseconds. */
export const Duration = z
  .string()
  .regex(DURATION_PATTERN, 'is not a duration: write it like 90s, 15m or 1h30m')
  .transform(text => parseDuration(text) ?? 0)
