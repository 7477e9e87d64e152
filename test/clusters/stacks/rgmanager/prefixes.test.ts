import fc from 'fast-check'
import { expect, it } from 'vitest'
import { HA_LVM_CONF } from '../../../../lab/simulated/rgmanager/ha-lvm-conf.ts'
import { answersOf, CLUSTAT, FENCE, INQUORATE, NODES, parseAs, type Said, STATUS } from './samples.ts'

const DIGEST = `${'a1'.repeat(32)}  -\n`

it.each([
  { query: 'clustat', whole: CLUSTAT },
  { query: 'clustat', whole: INQUORATE },
  { query: 'status', whole: STATUS },
  { query: 'nodes', whole: NODES },
  { query: 'fence', whole: FENCE },
  { query: 'conf', whole: HA_LVM_CONF },
  { query: 'digest', whole: DIGEST },
])('every prefix of $query is refused, or says the same', ({ query, whole }) => {
  const read = (text: string) => parseAs('serv-0002', { [query]: text } satisfies Said)
  const expected = read(whole)
  expect(expected.ok).toBe(true)
  for (let length = 0; length < whole.length; length += 1) {
    const cut = read(whole.slice(0, length))
    if (cut.ok) expect(cut).toEqual(expected)
  }
})

it('whatever a node answers, reading it ends in a status or a problem', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.constantFrom(...Object.keys(answersOf())), (text, query) => {
      const result = parseAs('serv-0002', { [query]: text })
      expect(result.ok || result.problems.length > 0).toBe(true)
    }),
    { numRuns: 300 },
  )
})

it('an answer with a piece missing from its middle names nothing that was not said', () => {
  fc.assert(
    fc.property(fc.nat(CLUSTAT.length - 1), fc.integer({ min: 1, max: 300 }), (start, length) => {
      const damaged = CLUSTAT.slice(0, start) + CLUSTAT.slice(start + length)
      const status = parseAs('serv-0002', { clustat: damaged })
      for (const name of status.ok ? Object.keys(status.value.nodes) : []) expect(damaged).toContain(`"${name}"`)
    }),
    { numRuns: 300 },
  )
})
