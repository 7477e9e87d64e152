import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { GUARDS } from './guards.ts'
import { occurrences } from './trial.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('a guard', () => {
  test('has a name of its own', () => {
    expect(new Set(GUARDS.map(({ id }) => id)).size).toBe(GUARDS.length)
  })

  test.each(GUARDS)('$id is where `npm run guards` takes it out, and its tests are there', guard => {
    for (const change of [guard, ...(guard.also ?? [])])
      expect(occurrences(change, ROOT), `${change.file} has "${change.find}" exactly once`).toBe(1)
    expect(existsSync(join(ROOT, guard.test)), guard.test).toBe(true)
  })
})
