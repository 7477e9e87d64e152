/** One thing that is not as it was sealed. `where`: a file, or an entry such as `entry 14`. */
export interface Fault {
  readonly where: string
  readonly what: string
}

/** `3, 5 to 7`. */
export function rangesText(numbers: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && last[1] === number - 1) last[1] = number
    else ranges.push([number, number])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ')
}
