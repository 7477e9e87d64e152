import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldNames } from '../../src/clusters/fold-names.ts'

/** What the shorthand stands for. */
function expanded(text: string): string[] {
  if (text === '') return []
  return text.split(', ').flatMap(part => {
    const [, stem = '', ranges] = /^(.*)\[([\d,-]+)\]$/.exec(part) ?? []
    if (ranges === undefined) return [part]
    return ranges.split(',').flatMap(range => {
      const [from = 0, to = from] = range.split('-').map(Number)
      return Array.from({ length: to - from + 1 }, (_, i) => `${stem}${from + i}`)
    })
  })
}

describe('folded names', () => {
  test.each([
    [['node1', 'node2', 'node3', 'node5'], 'node[1-3,5]'],
    [['node10', 'node9', 'node8'], 'node[8-10]'],
    [['node1'], 'node1'],
    [['alpha', 'node2', 'node1'], 'alpha, node[1-2]'],
    [['node01', 'node1', 'node02', 'node2'], 'node01, node02, node[1-2]'],
    [['node1', 'node1'], 'node1'],
    [[], ''],
  ])('%j', (names, text) => {
    expect(foldNames(names)).toBe(text)
  })

  test('stand for the same names, each once', () => {
    const number = fc.oneof(fc.nat(12).map(String), fc.constantFrom('', '00', '01', '010', '999999999', '1234567890'))
    const name = fc.tuple(fc.constantFrom('node', 'n', 'db-', 'x1y'), number).map(both => both.join(''))
    fc.assert(
      fc.property(fc.array(name), names => {
        expect(expanded(foldNames(names)).sort()).toEqual([...new Set(names)].sort())
      }),
      { numRuns: 500 },
    )
  })
})
