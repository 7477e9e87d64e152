/** What is told of a row of measurements, all in the unit of the row. */
export interface Summary {
  readonly count: number
  readonly min: number
  readonly median: number
  /** By the nearest rank: below a hundred samples it is the largest one. */
  readonly p99: number
}

export function summarise(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new Error('nothing was measured')
  const sorted = [...samples].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
  return { count: sorted.length, min: at(0), median: at(0.5), p99: at(0.99) }
}
