import { expect, test } from 'vitest'
import { failuresText, runSeeds } from './run-seeds.ts'

/** Schedules of one run of the tests, counted over all parts. */
export const SCHEDULES = 10_000
const PARTS = 4
const FIRST_SEED = 1_000_000

/** Part `part` of the schedules of every run of the tests: four files, so that as many cores can share them. */
export function schedulesOf(part: number): void {
  const count = SCHEDULES / PARTS
  const from = FIRST_SEED + part * count
  test(`holds in ${count} schedules, from seed ${from} on`, { timeout: 1_800_000 }, async () => {
    const ran = await runSeeds({ from, count })
    expect(ran.schedules).toBe(count)
    if (ran.failed.length > 0) expect.fail(failuresText(ran.failed))
  })
}
