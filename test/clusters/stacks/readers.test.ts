import { expect, it } from 'vitest'
import { STACKS } from '../../../src/clusters/inventory.ts'
import { readerOf } from '../../../src/clusters/stacks/readers.ts'

it('every stack has a reader of its own, and every question of it an end', () => {
  const readers = STACKS.map(readerOf)
  expect(new Set(readers).size).toBe(STACKS.length)
  for (const { queries } of readers) {
    expect(queries.length).toBeGreaterThan(0)
    for (const { timeoutMs, maxBytes } of queries) expect(Math.min(timeoutMs, maxBytes)).toBeGreaterThan(0)
  }
})
