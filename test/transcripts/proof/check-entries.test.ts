import { describe, expect, test } from 'vitest'
import { entryHash } from '../../../src/runs/chain.ts'
import type { Entry } from '../../../src/runs/events.ts'
import { checkEntries } from '../../../src/transcripts/proof/check-entries.ts'
import { finished, gateOpened, legStarted, planned, recordOf, requested } from '../../support/run-fixtures.ts'

const { entries } = recordOf(await requested(), legStarted(), planned(), gateOpened(), finished())

/** The same entries with one of them changed. */
function with_(seq: number, change: (entry: Entry) => Entry): Entry[] {
  return entries.map(entry => (entry.seq === seq ? change(entry) : entry))
}

/** An entry with a hash of its own, as somebody makes it who knows how that is done. */
function rehashed({ hash: _, ...body }: Entry): Entry {
  return { ...body, hash: entryHash(body) }
}

function wrong(lines: readonly Entry[]): string[] {
  return checkEntries(lines, undefined).map(({ where, what }) => `${where}: ${what}`)
}

describe('a chain is found out without its seal', () => {
  test('an entry that does not continue the one before it', () => {
    const sewn = with_(3, entry => rehashed({ ...entry, prev: 'f'.repeat(64) }))
    expect(wrong(sewn)).toContain('entry 3: does not continue entry 2')
    expect(wrong(sewn)).toContain('entry 4: does not continue entry 3')
  })

  test('an entry that says something else', () => {
    const altered = with_(2, entry => ({ ...entry, by: 'somebody else' }))
    expect(wrong(altered)).toEqual(['entry 2: was altered: what it says (leg-started) does not match its hash'])
  })

  test('an entry that says something else and was given a hash that fits', () => {
    const altered = with_(2, entry => rehashed({ ...entry, by: 'somebody else' }))
    expect(wrong(altered)).toEqual(['entry 3: does not continue entry 2'])
  })

  test('a beginning that was taken away', () => {
    expect(wrong(entries.slice(1))).toContain('entry 1: is missing')
  })

  test('nothing is wrong with a whole one', () => {
    expect(wrong(entries)).toEqual([])
  })
})
