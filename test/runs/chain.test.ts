import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, digestOf } from '../../src/canonical.ts'
import { brokenAt, continueChain } from '../../src/runs/chain.ts'
import type { Entry } from '../../src/runs/events.ts'
import { apply, fold } from '../../src/runs/fold.ts'
import { ULID_PATTERN, ulid, ulidTime } from '../../src/runs/ulid.ts'
import {
  decided,
  finished,
  gateOpened,
  legStarted,
  planned,
  recordOf,
  requested,
  stopRequested,
} from '../support/run-fixtures.ts'

const record = recordOf(
  await requested(),
  legStarted(),
  planned(),
  { type: 'step-started', step: 'settled', again: false },
  { type: 'step-finished', step: 'settled', again: false, outcome: 'succeeded', reason: '', durationMs: 3 },
  gateOpened(),
  await decided('bo', 'approve'),
  { type: 'gate-closed', gate: 'agree', result: 'approved', reason: '' },
  legStarted(2),
  { type: 'lease-taken', cluster: 'pvfs', epoch: 7 },
  { type: 'step-started', step: 'move', again: false },
  { type: 'execution-started', step: 'move', host: 'node1', attempt: 1, operation: 'op' },
  { type: 'step-progress', step: 'move', host: '', text: 'daemon starting' },
  await stopRequested('cy'),
  {
    type: 'execution-finished',
    step: 'move',
    host: 'node1',
    attempt: 1,
    outcome: 'succeeded',
    exitCode: 0,
    reason: '',
    durationMs: 600,
    stdout: { file: 'output/move.node1.out', bytes: 3, sha256: 'ab', tail: 'ok\n' },
  },
  { type: 'step-finished', step: 'move', again: false, outcome: 'succeeded', reason: '', durationMs: 610 },
  { type: 'undo-offered', step: 'move', command: 'migrate server2 to node3 on pvfs', hosts: [] },
  { type: 'lease-released', cluster: 'pvfs', epoch: 7 },
  finished(),
)
const { entries } = record

/** Paths of every value inside, keys and indices in order. */
function leaves(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value)
  return inner.length === 0 ? [path] : inner.flatMap(([key, member]) => leaves(member, [...path, key]))
}

/** A deep copy with the value at `path` replaced by another one of the same kind. */
function changedAt<T>(value: T, path: readonly string[]): T {
  const copy: unknown = structuredClone(value)
  let inside = copy as Record<string, unknown>
  for (const key of path.slice(0, -1)) inside = inside[key] as Record<string, unknown>
  const last = path.at(-1) ?? ''
  inside[last] = other(inside[last])
  return copy as T
}

function other(value: unknown): unknown {
  if (typeof value === 'string') return `${value}x`
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  return 'something'
}

describe('the chain of a run', () => {
  test('is whole as it was written, and after it has been text', () => {
    expect(brokenAt(entries)).toBeUndefined()
    expect(brokenAt(JSON.parse(JSON.stringify(entries)) as Entry[])).toBeUndefined()
  })

  test('shows every single change of any entry, at that entry', () => {
    const paths = leaves(entries)
    expect(paths.length).toBeGreaterThan(300)
    fc.assert(
      fc.property(fc.constantFrom(...paths), path => {
        expect(brokenAt(changedAt(entries, path))).toBe(Number(path[0]) + 1)
      }),
      { numRuns: 300 },
    )
  })

  test('shows a missing, a repeated and a moved entry', () => {
    fc.assert(
      fc.property(fc.nat(entries.length - 2), at => {
        expect(brokenAt(entries.toSpliced(at, 1))).toBe(at + 1)
        const [entry] = entries.slice(at)
        if (entry) expect(brokenAt(entries.toSpliced(at, 0, entry))).toBe(at + 2)
        expect(brokenAt([...entries.slice(0, at), ...entries.slice(at).reverse()])).toBe(at + 1)
      }),
    )
  })

  test('counts from one without gaps, and its time never runs backwards', () => {
    const head = entries.at(-1)
    if (!head) throw new Error('no entries')
    const more = continueChain(head, [legStarted(3), legStarted(4)], head.at - 60_000, 'worker')
    expect(more.map(entry => entry.seq)).toEqual([head.seq + 1, head.seq + 2])
    expect(more.map(entry => entry.at)).toEqual([head.at, head.at])
    expect(brokenAt([...entries, ...more])).toBeUndefined()
  })
})

describe('the state of a run', () => {
  test('is the same whether its entries are folded at once or one by one, from any point', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: entries.length }), at => {
        const early = fold(entries.slice(0, at))
        expect(entries.slice(at).reduce(apply, early)).toEqual(record.state)
        expect(early).toMatchObject({ seq: at, head: entries[at - 1]?.hash, updatedAt: entries[at - 1]?.at })
      }),
    )
  })

  test('never changes a state that was given out', () => {
    const frozen = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
      Object.freeze(value)
      Object.values(value).forEach(frozen)
    }
    let state = fold(entries.slice(0, 1))
    for (const entry of entries.slice(1)) {
      frozen(state)
      state = apply(state, entry)
    }
    expect(state).toEqual(record.state)
  })

  test('keeps what a step had sent when a later leg begins it again', () => {
    const sent = { type: 'execution-started', step: 'move', host: 'node1', attempt: 1, operation: 'op' } as const
    const again = { type: 'step-started', step: 'move', again: false } as const
    const begun = recordOf(...entries.slice(0, 11).map(entry => entry.event), sent, again)
    expect(begun.state.steps['move']?.executions).toMatchObject([{ host: 'node1', attempt: 1 }])
  })

  test('keeps the first stop', async () => {
    const twice = recordOf(await requested(), await stopRequested('bo'), await stopRequested('cy'))
    expect(twice.state.stop?.speaker.name).toBe('Bo')
  })

  test('of nothing, or of something that does not begin with a request, does not exist', () => {
    expect(() => fold([])).toThrow('no state')
    expect(() => fold(entries.slice(1))).toThrow('begins with leg-started')
  })
})

describe('canonical JSON', () => {
  const jsonLike = fc.jsonValue().map(value => value as unknown)

  test('is JSON of the same value, whatever the order of keys', () => {
    fc.assert(
      fc.property(jsonLike, value => {
        const text = canonicalJson(value)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(JSON.parse(text))).toBe(text)
      }),
    )
  })

  test('does not see members that are undefined', () => {
    expect(digestOf({ a: 1, b: undefined })).toBe(digestOf({ a: 1 }))
    expect(digestOf({ b: 1, a: 2 })).toBe(digestOf({ a: 2, b: 1 }))
    expect(digestOf([1, 2])).not.toBe(digestOf([2, 1]))
  })
})

describe('a ULID', () => {
  test('holds its time, and sorts by it', () => {
    const time = fc.integer({ min: 0, max: 2 ** 48 - 1 })
    const random = fc.uint8Array({ minLength: 10, maxLength: 10 })
    fc.assert(
      fc.property(time, time, random, (a, b, bytes) => {
        const one = ulid(a, bytes)
        expect(one).toMatch(ULID_PATTERN)
        expect(ulidTime(one)).toBe(a)
        if (a < b) expect(one < ulid(b, bytes)).toBe(true)
      }),
    )
  })

  test('differs with every bit of its randomness', () => {
    const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 })
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(ulid(1, a) === ulid(1, b)).toBe(Buffer.from(a).equals(Buffer.from(b)))
      }),
    )
  })
})
