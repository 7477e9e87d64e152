import { describe, expect, test } from 'vitest'
import { twofoldRows } from '../../src/app/outbox-store.ts'

/** A place for rows that can be away, and be put back to what it was. */
function createPlace(rows: Record<string, string> = {}) {
  const held = new Map(Object.entries(rows))
  const place = {
    isAway: false,
    copy: () => new Map(held),
    restore: (older: ReadonlyMap<string, string>) => {
      held.clear()
      for (const [key, value] of older) held.set(key, value)
    },
    get: async (key: string) => {
      if (place.isAway) throw new Error('away')
      return held.get(key)
    },
    set: async (key: string, value: string) => {
      if (place.isAway) throw new Error('away')
      held.set(key, value)
    },
  }
  return place
}

const KEY = '01JD0000000000000000000042:card'

function createTwo(now: () => number = () => 1000) {
  const [redis, archive] = [createPlace(), createPlace()]
  return { redis, archive, rows: twofoldRows(redis, archive, now) }
}

describe('rows that are kept in two places', () => {
  test('are there as they were written, and a row that nobody wrote is not', async () => {
    const { rows } = createTwo()
    await rows.set(KEY, '{"ts":"1.2"}')
    expect(await rows.get(KEY)).toBe('{"ts":"1.2"}')
    expect(await rows.get('other')).toBeUndefined()
  })

  test('are still there when either place has forgotten everything', async () => {
    for (const one of ['redis', 'archive'] as const) {
      const two = createTwo()
      await two.rows.set(KEY, 'posted')
      two[one].restore(new Map())
      expect(await two.rows.get(KEY), one).toBe('posted')
    }
  })

  test('are as the later place has them when the other one was rolled back, or was away while they were written', async () => {
    for (const one of ['redis', 'archive'] as const) {
      const two = createTwo()
      await two.rows.set(KEY, 'on its way')
      const older = two[one].copy()
      await two.rows.set(KEY, 'posted')
      two[one].restore(older)
      expect(await two.rows.get(KEY), `${one} rolled back`).toBe('posted')
      two[one].isAway = true
      await two.rows.set(KEY, 'edited')
      two[one].isAway = false
      expect(await two.rows.get(KEY), `${one} away`).toBe('edited')
    }
  })

  test('are in order even when the clock stands still or goes back', async () => {
    const times = [5000, 5000, 1000]
    const two = createTwo(() => times.shift() ?? 0)
    await two.rows.set(KEY, 'first')
    const older = two.redis.copy()
    await two.rows.set(KEY, 'second')
    await two.rows.set(KEY, 'third')
    two.redis.restore(older)
    expect(await two.rows.get(KEY)).toBe('third')
  })

  test('are read and written as long as one place answers, and rejected when none does: nothing is taken for unposted', async () => {
    const two = createTwo()
    await two.rows.set(KEY, 'posted')
    two.redis.isAway = true
    expect(await two.rows.get(KEY)).toBe('posted')
    await two.rows.set(KEY, 'edited')
    two.archive.isAway = true
    await expect(two.rows.get(KEY)).rejects.toThrow('away')
    await expect(two.rows.set(KEY, 'lost')).rejects.toThrow('away')
  })

  test('of an earlier version are read as they are, and give way to whatever is written now', async () => {
    const bare = '{"channel":"C1","ts":"1.2","at":7,"value":9}'
    const rows = twofoldRows(createPlace({ [KEY]: bare, odd: 'no JSON' }), createPlace(), () => 1)
    expect(await rows.get(KEY)).toBe(bare)
    expect(await rows.get('odd')).toBe('no JSON')
    await rows.set(KEY, 'now')
    expect(await rows.get(KEY)).toBe('now')
  })
})
