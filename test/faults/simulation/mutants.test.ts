import { describe, expect, test } from 'vitest'
import { MUTANTS } from './mutants.ts'
import { runSeed } from './run-seed.ts'

const FIRST_SEED = 1
const MOST_SEEDS = 600

describe('the simulation finds', () => {
  for (const [name, { flaws, breaks }] of Object.entries(MUTANTS)) {
    test(name, { timeout: 600_000 }, async () => {
      const seen: string[] = []
      for (let seed = FIRST_SEED; seed < FIRST_SEED + MOST_SEEDS; seed++) {
        const { violations } = await runSeed(seed, flaws)
        const rules = violations.map(({ rule }) => rule)
        seen.push(...rules)
        if (rules.some(rule => breaks.includes(rule))) return
      }
      expect.fail(`not within ${MOST_SEEDS} schedules; broken were: ${[...new Set(seen)].join(', ') || 'none'}`)
    })
  }
})
