import { describe, expect, test } from 'vitest'
import { runSeed } from './run-seed.ts'
import { failuresText, runSeeds } from './run-seeds.ts'
import seeds from './seeds.json' with { type: 'json' }

const known: readonly { readonly seed: number; readonly found: string }[] = seeds

describe('a schedule', () => {
  test('is the same again whenever its seed is run', { timeout: 120_000 }, async () => {
    for (const seed of [11, 12, 13, 14, 15]) {
      const [first, second] = [await runSeed(seed), await runSeed(seed)]
      expect(second.history()).toBe(first.history())
      expect(second.hash).toBe(first.hash)
    }
  })

  test('has five faults at least, and corners are reached', { timeout: 900_000 }, async () => {
    let fewest = Number.POSITIVE_INFINITY
    const ran = await runSeeds({ from: 1, count: 300, onRan: ({ faults }) => (fewest = Math.min(fewest, faults)) })
    expect(fewest).toBeGreaterThanOrEqual(5)
    expect(ran.began).toBeGreaterThan(300)
    for (const corner of [
      'node: interrupted',
      'node: tombstoned',
      'entry: restored',
      'entry: taken-over',
      'entry: drifted',
    ])
      expect(ran.reached, corner).toHaveProperty(corner.replaceAll('.', '\\.'))
    expect(Object.keys(ran.outcomes)).toEqual(
      expect.arrayContaining(['succeeded', 'failed', 'unknown', 'cancelled', 'expired']),
    )
  })

  for (const { seed, found } of known) {
    test(`of seed ${seed} holds, which found: ${found}`, { timeout: 120_000 }, async () => {
      const ran = await runSeed(seed)
      if (ran.violations.length > 0) expect.fail(failuresText([ran]))
    })
  }
})
