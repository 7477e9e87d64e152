import { type Ran, runSeed } from './run-seed.ts'

export interface SeedsWanted {
  readonly from: number
  readonly count: number
  /** Ends it earlier, between two schedules. */
  readonly signal?: AbortSignal
  /** Told after each schedule. */
  readonly onRan?: (ran: Ran) => void
}

export interface SeedsRan {
  readonly schedules: number
  readonly faults: number
  readonly runs: number
  /** Changes that really began. */
  readonly began: number
  readonly outcomes: Readonly<Record<string, number>>
  readonly reached: Readonly<Record<string, number>>
  /** Schedules that broke an invariant. */
  readonly failed: readonly Ran[]
}

/** Runs one schedule after the other, each from its own seed. The same seeds give the same again. */
export async function runSeeds({ from, count, signal, onRan }: SeedsWanted): Promise<SeedsRan> {
  const sums = { schedules: 0, faults: 0, runs: 0, began: 0 }
  const outcomes: Record<string, number> = {}
  const reached: Record<string, number> = {}
  const failed: Ran[] = []
  for (let seed = from; seed < from + count && !signal?.aborted; seed++) {
    const ran = await runSeed(seed)
    sums.schedules += 1
    for (const what of ['faults', 'runs', 'began'] as const) sums[what] += ran[what]
    addTo(outcomes, ran.outcomes)
    addTo(reached, ran.reached)
    if (ran.violations.length > 0) failed.push(ran)
    onRan?.(ran)
  }
  return { ...sums, outcomes, reached, failed }
}

function addTo(sums: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [what, count] of Object.entries(more)) sums[what] = (sums[what] ?? 0) + count
}

/** What was found, for a person: each seed with what it broke, and the whole of one schedule. */
export function failuresText(failed: readonly Ran[]): string {
  const [first] = failed
  if (!first) return ''
  const lines = failed.flatMap(({ seed, violations }) =>
    violations.map(({ rule, what }) => `seed ${seed}  ${rule}  ${what}`),
  )
  return [...lines, '', `All of seed ${first.seed}, time in seconds:`, first.history()].join('\n')
}
