import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { slipsBetween, suggest } from '../../src/clusters/suggest.ts'

const names = ['server0', 'server1', 'server2', 'node1', 'node5', 'failover', 'standby']

describe('one suggestion', () => {
  it.each([
    ['sevrer2', 'server2'],
    ['SERVER1', 'server1'],
    ['failver', 'failover'],
    ['stanby', 'standby'],
    ['fail', 'failover'],
    ['server22', 'server2'],
    ['nodee5', 'node5'],
  ])('%s is probably %s', (word, expected) => {
    expect(suggest(word, names)).toBe(expected)
  })

  it.each(['', 'x', 'zzz', 'database', 'reboot-everything'])('%j is nothing known', word => {
    expect(suggest(word, names)).toBeUndefined()
  })

  it('two letters are too few to guess from, unless only one name begins with them', () => {
    expect(suggest('ab', ['cd', 'ac'])).toBeUndefined()
    expect(suggest('st', names)).toBe('standby')
  })
})

const word = fc.string({ unit: fc.constantFrom(...'abcdefgh0123-_'), minLength: 1, maxLength: 20 })

describe('properties', () => {
  it('a suggestion is always one of the candidates', () => {
    fc.assert(
      fc.property(word, fc.array(word), (typed, candidates) =>
        [undefined, ...candidates].includes(suggest(typed, candidates)),
      ),
    )
  })

  it('a name typed right is suggested or has a namesake in other letters', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), candidates => {
        const [first = ''] = candidates
        const found = suggest(first, [first])
        expect(first.length === 0 ? undefined : first).toBe(found)
      }),
    )
  })

  it('two letters that changed places count once, and the name is found', () => {
    const longer = fc.string({ unit: fc.constantFrom(...'abcdefgh'), minLength: 4, maxLength: 20 })
    fc.assert(
      fc.property(longer, fc.nat(), (name, seed) => {
        const at = seed % (name.length - 1)
        const swapped = name.slice(0, at) + name.charAt(at + 1) + name.charAt(at) + name.slice(at + 2)
        expect(slipsBetween(name, swapped)).toBeLessThanOrEqual(1)
        expect(suggest(swapped, [name])).toBe(name)
      }),
    )
  })

  it('the distance is symmetric, zero only for the same word, and at most the longer length', () => {
    fc.assert(
      fc.property(word, word, (one, other) => {
        const slips = slipsBetween(one, other)
        expect(slips).toBe(slipsBetween(other, one))
        expect(slips === 0).toBe(one === other)
        expect(slips).toBeLessThanOrEqual(Math.max(one.length, other.length))
        expect(slips).toBeGreaterThanOrEqual(Math.abs(one.length - other.length))
      }),
    )
  })

  it('very long words are not compared', () => {
    expect(slipsBetween('a'.repeat(100), 'b'.repeat(100))).toBe(Number.POSITIVE_INFINITY)
    expect(slipsBetween('a'.repeat(100), 'a'.repeat(100))).toBe(0)
  })
})
