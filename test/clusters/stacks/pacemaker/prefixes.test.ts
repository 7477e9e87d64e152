import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCib } from '../../../../src/clusters/stacks/pacemaker/cib.ts'
import { readCrmMon } from '../../../../src/clusters/stacks/pacemaker/crm-mon.ts'
import { answer, answersOf, CONTEXT, committed, parse } from '../../reading.ts'

const SEVERAL = ['no-resources', 'calm', 'stop-failed-without-fencing', 'names-to-trip-over', 'bundle']

/** Lengths at which a cut-off answer was believed. */
function believed(whole: string, read: (text: string) => { readonly ok: boolean }): number[] {
  const lengths = Array.from({ length: whole.trimEnd().length }, (_, length) => length)
  return lengths.filter(length => read(whole.slice(0, length)).ok)
}

describe('an answer that was cut off anywhere is refused', () => {
  it.each(SEVERAL)('every prefix of crm_mon, %s', name => {
    const read = (text: string) => readCrmMon({ status: answer(text) }, CONTEXT)
    expect(believed(committed(name, 'crm_mon.xml'), read)).toEqual([])
  })

  it.each(SEVERAL)('every prefix of the CIB, %s', name => {
    const read = (text: string) => readCib({ cib: answer(text) }, CONTEXT)
    expect(believed(committed(name, 'cib.xml'), read)).toEqual([])
  })

  it('every prefix of the digest', () => {
    const read = (text: string) => parse({ ...answersOf('calm'), digest: answer(text) })
    expect(believed(committed('calm', 'digest.txt'), read)).toEqual([])
  })

  it('whole, each of them is accepted', () => {
    for (const name of SEVERAL) expect(parse(answersOf(name)).ok).toBe(true)
  })

  it('a controller that was cut off leaves the cluster unsettled', () => {
    const said = answersOf('calm').controller.stdout
    const settled = Array.from({ length: said.trimEnd().length }, (_, length) => {
      const status = parse({ ...answersOf('calm'), controller: answer(said.slice(0, length)) })
      return status.ok && status.value.settled
    })
    expect(settled).not.toContain(true)
  })
})

it('an answer with a piece missing from its middle is refused or read as it stands: nothing is made up', () => {
  const whole = committed('start-failed-and-recovered', 'crm_mon.xml')
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 400 }), (start, length) => {
      const damaged = whole.slice(0, start) + whole.slice(start + length)
      const status = parse({ ...answersOf('start-failed-and-recovered'), status: answer(damaged) })
      const names = status.ok ? [...Object.keys(status.value.nodes), ...Object.keys(status.value.groups)] : []
      for (const name of names) expect(damaged).toContain(`"${name}"`)
    }),
    { numRuns: 300 },
  )
})

it('whatever a node answers, reading it ends in a status or a problem', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 200 }),
      fc.constantFrom('status', 'cib', 'digest', 'controller'),
      (text, query) => {
        const result = parse({ ...answersOf('calm'), [query]: answer(text) })
        expect(result.ok || result.problems.length > 0).toBe(true)
      },
    ),
    { numRuns: 300 },
  )
})
