import { describe, expect, test } from 'vitest'
import type { Fields } from '../bundles.ts'
import { check } from './check.ts'
import type { Evidence, Invariant } from './evidence.ts'
import { bundleOf, goodEvents, goodEvidence } from './good-run.ts'

type Event = Fields & { readonly type: string }

/** The same run with its events changed. */
function runWith(change: (events: Event[]) => readonly Event[], more: Partial<Evidence> = {}): Evidence {
  return { ...goodEvidence(), bundles: [bundleOf(change(goodEvents()))], ...more }
}

function edited(type: string, changes: Fields, nth = 0): (events: Event[]) => Event[] {
  return events => {
    const index = events.flatMap((event, i) => (event.type === type ? [i] : []))[nth]
    return events.map((event, i) => (i === index ? { ...event, ...changes } : event))
  }
}

function without(type: string): (events: Event[]) => Event[] {
  return events => events.filter(event => event.type !== type)
}

function found(evidence: Evidence): Invariant[] {
  return [...new Set(check(evidence).map(({ invariant }) => invariant))]
}

const [first] = goodEvidence().executions
const good = goodEvidence()

test('a run as it should be contradicts nothing', () => {
  expect(check(good)).toEqual([])
})

describe('the checker sees', () => {
  const wrong: readonly (readonly [string, Invariant, Evidence])[] = [
    [
      'a change that was executed twice',
      'I1',
      { ...good, executions: [...good.executions, ...(first ? [first] : [])] },
    ],
    ['a success that was never executed', 'I2', { ...good, executions: good.executions.slice(0, 1) }],
    [
      'a run that is done although a change was left out',
      'I2',
      runWith(events => events.filter(({ step }) => step !== 'change2'), { executions: good.executions.slice(0, 1) }),
    ],
    [
      'a change that ran although it was said never to have begun',
      'I3',
      runWith(edited('execution-finished', { outcome: 'errored', begun: false })),
    ],
    [
      'a change that nobody wrote down beforehand',
      'I3',
      runWith(events => events.filter(({ step }) => step !== 'change2')),
    ],
    [
      'an end that hides that the result of a change is not known',
      'I4',
      runWith(events => edited('finished', { outcome: 'failed' })(without('execution-finished')(events))),
    ],
    ['an unknown outcome that nobody is told of', 'I4', runWith(edited('finished', { outcome: 'unknown' }))],
    [
      'another change behind an unknown outcome',
      'I4',
      runWith(events => {
        const at = events.findIndex(({ step }) => step === 'change2')
        return [...events.slice(0, at), { type: 'finished', outcome: 'unknown' }, ...events.slice(at)]
      }),
    ],
    ['a byte of output that is missing', 'I5', { ...good, output: () => Buffer.from('change of c001a') }],
    ['an output that is not there at all', 'I5', { ...good, output: () => undefined }],
    [
      'an output that is said to be incomplete without need',
      'I5',
      runWith(edited('execution-finished', { complete: false })),
    ],
    ['a success of which the node has no record', 'I5', { ...good, node: [] }],
    ['a success without an approval', 'I7', runWith(without('decided'))],
    ['a requester who approved', 'I7', runWith(edited('decided', { speaker: { person: 'ana' } }))],
    ['an approval of another plan', 'I7', runWith(edited('decided', { digest: 'ee'.repeat(32) }))],
    ['an approval that came too late', 'I7', runWith(edited('gate-opened', { expiresAt: 1 }))],
    [
      'two runs that held the cluster at once',
      'I8',
      { ...good, bundles: [...good.bundles, bundleOf(goodEvents(), 2, 'c001b')] },
    ],
    ['an accepted request that is gone', 'I9', { ...good, bundles: [], executions: [] }],
    [
      'a request that ran although it was said not to be accepted',
      'I9',
      { ...good, heard: [{ tag: 'c001a', answer: 'refused', number: undefined, words: 'NOT accepted' }] },
    ],
    ['a secret in the archive', 'I10', { ...good, places: [{ where: 'events.ndjson', text: 'token xoxb-canary' }] }],
    ['a run that never comes to its end', 'I11', { ...good, settledMs: undefined }],
    ['a run that took too long to', 'I11', { ...good, settledMs: 60_001 }],
    ['a message that was posted twice', 'I12', { ...good, taken: [...good.taken, ...good.taken] }],
    ['a second card', 'I12', { ...good, posts: [...good.posts, ...good.posts.slice(0, 1)] }],
    ['a transcript that is missing in the thread', 'I12', { ...good, posts: good.posts.slice(0, 1) }],
    ['a process that died by itself', 'I13', { ...good, died: ['worker1 ended by itself with 1'] }],
  ]
  test.each(wrong)('%s (%s)', (_, invariant, evidence) => {
    expect(found(evidence)).toContain(invariant)
  })

  test('every single changed, missing or repeated entry of a chain (I6)', () => {
    const { entries } = bundleOf(goodEvents())
    const mutants = entries.flatMap((entry, at) => [
      entries.map((each, i) => (i === at ? { ...each, at: each.at + 1 } : each)),
      entries.map((each, i) => (i === at ? { ...each, event: { ...each.event, more: true } } : each)),
      ...(at < entries.length - 1 ? [entries.filter((_each, i) => i !== at)] : []),
      [...entries.slice(0, at), entry, ...entries.slice(at)],
    ])
    const missed = mutants.filter(mutant => {
      const [bundle] = good.bundles
      return bundle && !found({ ...good, bundles: [{ ...bundle, entries: mutant }] }).includes('I6')
    })
    expect(missed).toEqual([])
    expect(mutants.length).toBeGreaterThan(40)
  })
})
