import { describe, expect, it } from 'vitest'
import { isInRange } from '../../src/runbooks/version-range.ts'

describe('a range of versions', () => {
  it.each([
    ['1.2.3', '1.2.3', true],
    ['1.2.4', '1.2.3', false],
    ['1.2.4', '~1.2.3', true],
    ['1.2.2', '~1.2.3', false],
    ['1.3.0', '~1.2.3', false],
    ['1.10.0', '^1.9.3', true],
    ['1.9.2', '^1.9.3', false],
    ['2.0.0', '^1.9.3', false],
    ['0.2.1', '^0.2.0', true],
    ['0.3.0', '^0.2.0', false],
  ])('%s for %s: %s', (version, range, isIn) => {
    expect(isInRange(version, range)).toBe(isIn)
  })
})
