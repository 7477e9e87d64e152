import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { said } from '../../../lab/simulated/heartbeat-crm/cluster.ts'
import { CALM, codes, monWith, parse, saying, statusOf } from './reading.ts'

const END = '\n-- end of crm_mon, exit 0 --\n'

describe('answers that are no reading', () => {
  it.each([
    [
      'it says "Query failed", and exits with 0',
      `Query failed: Remote node did not respond\n${END}`,
      'cluster-not-running',
    ],
    ['it never returned', '\n-- end of crm_mon, exit 124 --\n', 'crm-mon-hangs'],
    ['its shell was killed', '\n-- end of crm_mon, exit 137 --\n', 'crm-mon-hangs'],
    ['it is not installed', `sh: 1: crm_mon: not found\n${END}`, 'tool-missing'],
    ['it is another tool', `<crm_mon version="1.0"/>${END}`, 'answer-not-understood'],
    ['nothing ends it', CALM['status']?.stdout.replace(END, '') ?? '', 'answer-cut-off'],
    ['it is empty', '', 'answer-empty'],
  ])('crm_mon: %s', (_what, stdout, code) => {
    expect(codes(parse({ ...CALM, status: said(stdout) }))).toEqual([code])
  })

  it('a crm_mon that never returns is told to a tired person', () => {
    const result = parse({ ...CALM, status: said('\n-- end of crm_mon, exit 124 --\n') })
    expect(saying(result)).toContain('crm_mon does not return on node1')
    expect(saying(result)).toContain('What the other nodes say is not affected.')
  })

  it.each([
    ['5 Nodes configured.', '6 Nodes configured.', 'speaks of 6 nodes and lists 5'],
    ['8 Resources configured.', '9 Resources configured.', 'speaks of 9 resources and lists 8'],
    ['Resource Group: server0\n', '', 'a resource is indented below nothing'],
    ['Node: node2', 'Knot: node2', 'it has the line "Knot: node2'],
    ['server0_fs\t', 'other_fs\t', 'does not list server0 as the CIB has it'],
  ])('a line that must be there is not: %j becomes %j', (is, becomes, because) => {
    const result = parse(monWith([is, becomes]))
    expect(codes(result)).toEqual(['answer-not-understood'])
    expect(saying(result)).toContain(because)
  })

  it('exit codes are not looked at', () => {
    const status = CALM['status']?.stdout.replace('exit 0', 'exit 1') ?? ''
    expect(parse({ ...CALM, status: said(status) })).toEqual(parse(CALM))
  })

  it.each(['status', 'cib', 'controller'])('%s is missing or longer than what is kept', query => {
    const answers = { ...CALM }
    Reflect.deleteProperty(answers, query)
    expect(parse(answers).ok).toBe(false)
    expect(parse({ ...CALM, [query]: said(CALM[query]?.stdout ?? '', { truncated: true }) }).ok).toBe(false)
  })
})

describe('an answer that was cut off anywhere is refused, or gives the same status', () => {
  const whole = statusOf(CALM)

  it.each(['stack', 'status', 'cib'])('every prefix of %s', query => {
    const text = CALM[query]?.stdout ?? ''
    for (let length = 0; length < text.trimEnd().length; length += query === 'cib' ? 7 : 1) {
      const result = parse({ ...CALM, [query]: said(text.slice(0, length)) })
      if (result.ok) expect(result.value, `after ${length} characters`).toEqual(whole)
    }
  })

  it('a controller that was cut off leaves the cluster unsettled, and nothing else; one that says nothing of quorum is refused', () => {
    const text = CALM['controller']?.stdout ?? ''
    const known = text.indexOf('-- quorum said --') + '-- quorum said --'.length
    for (let length = 0; length < text.trimEnd().length; length += 1) {
      const result = parse({ ...CALM, controller: said(text.slice(0, length)) })
      expect(result.ok, `after ${length} characters`).toBe(length >= known)
      if (result.ok) {
        const { unsettledBecause } = result.value
        expect(result.value).toEqual({ ...whole, settled: false, unsettledBecause })
      }
    }
  })
})

it('an answer with a piece missing from its middle is refused or read as it stands: no name is made up', () => {
  const text = CALM['status']?.stdout ?? ''
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 200 }), (start, length) => {
      const damaged = text.slice(0, start) + text.slice(start + length)
      const result = parse({ ...CALM, status: said(damaged) })
      for (const name of result.ok ? Object.keys(result.value.nodes) : []) expect(damaged).toContain(`Node: ${name} `)
    }),
    { numRuns: 300 },
  )
})

it('whatever a node answers, reading it ends in a status or a problem', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 200 }),
      fc.constantFrom('stack', 'status', 'cib', 'controller'),
      (text, query) => {
        const result = parse({ ...CALM, [query]: said(text) })
        expect(result.ok || result.problems.length > 0).toBe(true)
      },
    ),
    { numRuns: 300 },
  )
})
