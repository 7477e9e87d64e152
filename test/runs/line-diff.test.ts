import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineDiff } from '../../src/runs/line-diff.ts'

describe('the difference of two lists of lines', () => {
  it('is none where they are the same', () => {
    expect(lineDiff(['a', 'b'], ['a', 'b'])).toEqual([])
    expect(lineDiff([], [])).toEqual([])
  })

  it('shows what is gone and what has come, with three lines around it', () => {
    const from = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13']
    const to = from.flatMap(line => (line === '4' ? ['four'] : line === '13' ? ['13', '14'] : [line]))
    expect(lineDiff(from, to).join('\n')).toMatchInlineSnapshot(`
      "@@ -1,7 +1,7 @@
       1
       2
       3
      -4
      +four
       5
       6
       7
      @@ -11,3 +11,4 @@
       11
       12
       13
      +14"
    `)
  })

  it('counts an empty side as diff does', () => {
    expect(lineDiff([], ['a'])).toEqual(['@@ -0,0 +1 @@', '+a'])
    expect(lineDiff(['a', 'b'], [])).toEqual(['@@ -1,2 +0,0 @@', '-a', '-b'])
  })

  it('holds both sides, whatever they are', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
    fc.assert(
      fc.property(lines, lines, (from, to) => {
        const diff = lineDiff(from, to)
        expect(rebuilt(from, diff)).toEqual(to)
      }),
    )
  })

  it('does not hold every line against every other where there are too many', () => {
    const many = (mark: string) => Array.from({ length: 3000 }, (_, line) => `${mark}${line}`)
    expect(lineDiff(many('a'), many('b'))).toHaveLength(6001)
  })
})

/** The other side, as the hunks say. */
function rebuilt(from: readonly string[], diff: readonly string[]): string[] {
  const lines: string[] = []
  let at = 0
  for (const line of diff) {
    const [, start, length] = /^@@ -(\d+)(?:,(\d+))? /.exec(line) ?? []
    if (start !== undefined) {
      const first = Number(start) - (length === '0' ? 0 : 1)
      lines.push(...from.slice(at, first))
      at = first
    } else {
      const mark = line.charAt(0)
      if (mark !== '+') {
        expect(from[at]).toBe(line.slice(1))
        at += 1
      }
      if (mark !== '-') lines.push(line.slice(1))
    }
  }
  return [...lines, ...from.slice(at)]
}
