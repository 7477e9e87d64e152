import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answeredLast, Gap, gapsOf, Measured, measuredFrom, measuredText } from '../../src/runs/measured.ts'
import type { Round } from '../../src/runs/ports.ts'

const SETTING = { target: '192.0.2.22:3334', everyMs: 1000, steady: 3, offsetMs: 0 }

/** One a second, each 10 ms long: `.` was answered, `x` was not. */
function rounds(drawn: string): Round[] {
  return [...drawn].map((mark, i) => ({
    startedAt: i * 1000,
    endedAt: i * 1000 + 10,
    answered: mark === '.',
    reason: mark === '.' ? '' : 'connection refused',
  }))
}

describe('what clients felt', () => {
  test('is counted from the last request that was answered to the next one that was', () => {
    const measured = measuredFrom(rounds('...xx.....'), SETTING)
    expect(measured).toEqual({
      target: SETTING.target,
      everyMs: 1000,
      rounds: 10,
      failed: 2,
      outages: 1,
      longestMs: 3010,
      steadyMs: 7010,
      gaps: [{ fromMs: 2000, failedMs: 3000, toMs: 5010, failed: 2, reason: 'connection refused' }],
    })
    expect(measuredText(measured)).toBe('clients were without it for 3.0 s (2 of 10 requests without an answer)')
  })

  test('is nothing where every request was answered, and has no end where the last ones were not', () => {
    expect(measuredText(measuredFrom(rounds('.....'), SETTING))).toBe(
      'no request went without an answer; 5 requests, once a second',
    )
    const open = measuredFrom(rounds('..xxx'), SETTING)
    expect(open.gaps).toMatchObject([{ fromMs: 1000, toMs: 4010, open: true }])
    expect(measuredText(open)).toBe(
      'clients are still without it, for 3.0 s now: connection refused (3 of 5 requests without an answer)',
    )
  })

  test('is said with how often, and the longest, where it happened more than once', () => {
    const measured = measuredFrom(rounds('..x..xxx....'), { ...SETTING, everyMs: 500 })
    expect(measuredText(measured)).toBe(
      'clients were without it 2 times, for 4.0 s at most (4 of 12 requests without an answer)',
    )
  })

  test('is kept of twenty gaps, the longest, in order of time; all of them count', () => {
    const short = '..x'.repeat(30)
    const measured = measuredFrom(rounds(`..xx${short}.xxx...`), SETTING)
    expect(measured.outages).toBe(32)
    expect(measured.gaps).toHaveLength(20)
    expect(measured.gaps.map(gap => gap.failed)).toEqual([2, ...Array(18).fill(1), 3])
  })
})

const ROUNDS = fc
  .array(
    fc.record({
      answered: fc.boolean(),
      took: fc.integer({ min: 0, max: 3000 }),
      pause: fc.integer({ min: 0, max: 2000 }),
    }),
    {
      maxLength: 80,
    },
  )
  .map(all => {
    let now = 0
    return all.map(({ answered, took, pause }): Round => {
      const startedAt = now + pause
      now = startedAt + took
      return { startedAt, endedAt: now, answered, reason: answered ? '' : 'no answer' }
    })
  })

describe('whatever the requests came to', () => {
  test('the gaps are what lies between the stretches that were answered, and the longest is the longest of them', () => {
    fc.assert(
      fc.property(ROUNDS, all => {
        const gaps = gapsOf(all)
        const isIn = (round: Round) => gaps.filter(gap => gap.failedMs <= round.startedAt && round.endedAt <= gap.toMs)
        for (const round of all.filter(one => !one.answered)) expect(isIn(round).length).toBeGreaterThanOrEqual(1)
        expect(gaps.reduce((sum, gap) => sum + gap.failed, 0)).toBe(all.filter(one => !one.answered).length)
        for (const gap of gaps) {
          // Nothing was answered between the first request without an answer and the one that ended the gap.
          const within = all.filter(one => one.startedAt >= gap.failedMs && one.endedAt < gap.toMs)
          expect(within.filter(one => one.answered && one.endedAt > gap.failedMs)).toEqual([])
          expect(gap.fromMs).toBeLessThanOrEqual(gap.failedMs)
          expect(gap.failedMs).toBeLessThanOrEqual(gap.toMs)
        }
        const measured = measuredFrom(all, SETTING)
        expect(measured.longestMs).toBe(Math.max(0, ...gaps.map(gap => gap.toMs - gap.fromMs)))
        expect(measured.outages).toBe(gaps.length)
        expect(measured.gaps.some(gap => gap.toMs - gap.fromMs === measured.longestMs)).toBe(gaps.length > 0)
      }),
    )
  })

  test('only the last gap can be open, and then the last request had no answer', () => {
    fc.assert(
      fc.property(ROUNDS, all => {
        const gaps = gapsOf(all)
        expect(gaps.slice(0, -1).every(gap => gap.open === undefined)).toBe(true)
        expect(gaps.at(-1)?.open === true).toBe(all.at(-1)?.answered === false)
        expect(answeredLast(all) === 0).toBe(all.length === 0 || all.at(-1)?.answered === false)
      }),
    )
  })

  test('a journal can hold it, on whatever clock', () => {
    fc.assert(
      fc.property(ROUNDS, fc.double({ min: 0, max: 2e12, noNaN: true }), (all, offsetMs) => {
        const measured = measuredFrom(all, { ...SETTING, offsetMs })
        expect(Measured.parse(JSON.parse(JSON.stringify(measured)))).toEqual(measured)
        for (const gap of measured.gaps) expect(Gap.safeParse(gap).success).toBe(true)
        expect(measuredText(measured)).not.toMatch(/undefined|NaN|-\d/)
      }),
    )
  })
})
