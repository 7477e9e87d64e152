import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Judgement, judgeDecision } from '../../src/policy/approvals.ts'
import { type Gate, gateResult } from '../../src/policy/gate.ts'
import { personByName } from '../../src/policy/people.ts'
import type { GateState } from '../../src/runs/state.ts'
import { DIGEST, decided, directory, gateOf, MINUTE_MS, NOW } from './world.ts'

function judge(person: string, over: Partial<Judgement> = {}) {
  return judgeDecision({
    gate: gateOf(),
    requester: 'ana',
    directory,
    now: NOW,
    number: 42,
    person: personByName(directory, person),
    slackGroups: new Set(['S0ONCALL']),
    decision: 'approve',
    digest: DIGEST,
    confirm: '',
    ...over,
  })
}
function refusal(person: string, over: Partial<Judgement> = {}) {
  const result = judge(person, over)
  return result.ok ? undefined : result.problems[0]
}

describe('a decision', () => {
  test('of an eligible person counts, and says what the gate becomes', () => {
    expect(judge('bo')).toEqual({ ok: true, value: 'approved' })
    expect(judge('bo', { gate: gateOf({ count: 2 }) })).toEqual({ ok: true, value: 'open' })
    expect(judge('bo', { decision: 'deny' })).toEqual({ ok: true, value: 'denied' })
    expect(judge('cy', { gate: gateOf({ count: 2, decisions: [decided('bo', 'approve')] }) })).toEqual({
      ok: true,
      value: 'approved',
    })
  })

  test('of the requester does not count', () => {
    expect(refusal('ana')).toMatchObject({
      code: 'own-request',
      message: 'You asked for this; someone else of oncall must decide.',
    })
    expect(refusal('ana', { decision: 'deny' })?.code).toBe('own-request')
  })

  test('of somebody unknown, or outside the teams, does not count', () => {
    expect(refusal('mallory')?.code).toBe('unknown-person')
    expect(refusal('dee')?.message).toBe('Only oncall may decide this. You are in: storage.')
  })

  test('of a member whom the Slack group does not have now, or whose group could not be read, does not count', () => {
    expect(refusal('bo', { slackGroups: new Set() })?.code).toBe('not-in-slack-group')
    expect(judge('dee', { gate: gateOf({ from: ['storage'] }), slackGroups: new Set() }).ok).toBe(true)
  })

  test('counts once per person, and the first one stands', () => {
    const gate = gateOf({ count: 2, decisions: [decided('bo', 'approve', NOW - MINUTE_MS)] })
    expect(refusal('bo', { gate, decision: 'deny' })?.message).toBe(
      'You already approved this at 14:01:00 UTC; a person decides once.',
    )
  })

  test('that comes late hears who was first', () => {
    const approved = gateOf({ decisions: [decided('bo', 'approve', NOW + 100_000)] })
    expect(refusal('cy', { gate: approved })?.message).toBe('#42 was already approved by Bo at 14:03:40 UTC.')
    expect(refusal('cy', { gate: { ...approved, result: 'approved' }, decision: 'deny' })?.message).toBe(
      '#42 was already approved by Bo at 14:03:40 UTC.',
    )
    const denied = gateOf({ decisions: [decided('bo', 'deny')] })
    expect(refusal('cy', { gate: denied })?.message).toBe('#42 was already denied by Bo at 14:02:00 UTC.')
  })

  test('after the deadline, or on a closed gate, hears so', () => {
    expect(refusal('bo', { now: NOW + 15 * MINUTE_MS })).toMatchObject({
      code: 'expired',
      message: 'The question of #42 expired at 14:17:00 UTC.',
    })
    expect(refusal('bo', { gate: gateOf({ result: 'void', reason: 'quorum is lost' }) })).toMatchObject({
      code: 'plan-void',
      next: expect.stringContaining('new plan'),
    })
    expect(refusal('bo', { gate: gateOf({ result: 'cancelled', closedAt: NOW }) })?.message).toContain(
      'closed at 14:02:00 UTC: cancelled',
    )
  })

  test('about another plan does not approve this one, but a denial still means no', () => {
    expect(refusal('bo', { digest: 'older' })?.code).toBe('other-plan')
    expect(judge('bo', { digest: 'older', decision: 'deny' })).toEqual({ ok: true, value: 'denied' })
  })

  test('needs the name typed exactly where the gate asks for one; a denial does not', () => {
    const gate = gateOf({ confirm: 'node2' })
    expect(refusal('bo', { gate })?.message).toBe('Nothing was typed; to approve this, type node2 exactly.')
    expect(refusal('bo', { gate, confirm: 'node1' })?.message).toContain('"node1" was typed')
    expect(judge('bo', { gate, confirm: ' node2 ' }).ok).toBe(true)
    expect(judge('bo', { gate, decision: 'deny' }).ok).toBe(true)
  })
})

describe('what the journal says about a gate', () => {
  const result = (gate: Gate, now = NOW) => gateResult({ gate, requester: 'ana', directory, now })

  test('does not count approvals of the requester, of strangers, of former members, late ones and ones of another plan', () => {
    const other = { ...decided('bo', 'approve'), digest: 'older' }
    const late = decided('cy', 'approve', NOW + 16 * MINUTE_MS)
    const forged = [decided('ana', 'approve'), decided('mallory', 'approve'), decided('', 'approve'), other, late]
    expect(result(gateOf({ decisions: forged }))).toBe('open')
    expect(result(gateOf({ decisions: [decided('bo', 'approve'), decided('bo', 'approve')], count: 2 }))).toBe('open')
  })

  test('never reads a gate without approvers as approved', () => {
    expect(result(gateOf({ count: 0 }))).toBe('open')
  })

  test('lets a denial win over any approval beside it', () => {
    expect(result(gateOf({ decisions: [decided('bo', 'approve'), decided('cy', 'deny')] }))).toBe('denied')
  })

  test('is expired at its deadline, but an approval given in time holds', () => {
    expect(result(gateOf(), NOW + 15 * MINUTE_MS)).toBe('expired')
    expect(result(gateOf({ decisions: [decided('bo', 'approve')] }), NOW + 20 * MINUTE_MS)).toBe('approved')
  })

  test('can be asked about the gate of a run as it is', () => {
    const state: GateState = {
      ...gateOf(),
      from: ['oncall'],
      gate: 'g1',
      text: 'Move it',
      token: 't',
      openedAt: NOW,
      decisions: [],
    }
    expect(result(state)).toBe('open')
  })
})

interface Act {
  readonly who: string
  readonly decision: 'approve' | 'deny'
  readonly afterMs: number
  readonly digest: string
  readonly inGroup: boolean
}

const act: fc.Arbitrary<Act> = fc.record({
  who: fc.constantFrom('ana', 'bo', 'cy', 'dee', 'eve', 'mallory'),
  decision: fc.constantFrom('approve', 'approve', 'approve', 'deny'),
  afterMs: fc.nat({ max: 3 * MINUTE_MS }),
  digest: fc.constantFrom(DIGEST, DIGEST, DIGEST, 'older'),
  inGroup: fc.boolean(),
})

/** Plays the acts as a journal would record them: what is refused is not recorded. Gives every state of the gate. */
function play(acts: readonly Act[], first: Gate): { gate: Gate; now: number }[] {
  const states = [{ gate: first, now: NOW }]
  let { gate, now } = { gate: first, now: NOW }
  for (const { who, decision, afterMs, digest, inGroup } of acts) {
    now += afterMs
    const slackGroups = new Set(inGroup ? ['S0ONCALL'] : [])
    if (judge(who, { gate, now, decision, digest, slackGroups }).ok) {
      gate = { ...gate, decisions: [...gate.decisions, { ...decided(who, decision, now), digest }] }
    }
    states.push({ gate, now })
  }
  return states
}

describe('whatever people do, in whatever order', () => {
  const gates = fc.record({
    count: fc.integer({ min: 1, max: 3 }),
    from: fc.subarray(['oncall', 'storage'], { minLength: 1 }),
  })
  const result = ({ gate, now }: { gate: Gate; now: number }) => gateResult({ gate, requester: 'ana', directory, now })

  test('nothing is approved by fewer people than asked for, by the requester, or by anyone outside', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), gates, (acts, over) => {
        const first = gateOf(over)
        for (const state of play(acts, first)) {
          if (result(state) !== 'approved') continue
          const people = new Set(state.gate.decisions.map(one => one.speaker.person))
          expect(people.size).toBeGreaterThanOrEqual(first.count)
          expect(people).not.toContain('ana')
          const allowed = new Set(first.from.flatMap(team => directory.teams[team]?.members ?? []))
          for (const person of people) expect(allowed).toContain(person)
          expect(state.gate.decisions.every(one => one.decision === 'approve' && one.at < first.expiresAt)).toBe(true)
        }
      }),
      { numRuns: 400 },
    )
  })

  test('approved and denied are final', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), gates, (acts, over) => {
        const results = play(acts, gateOf(over)).map(result)
        const end = results.findIndex(one => one === 'approved' || one === 'denied')
        if (end >= 0) expect(new Set(results.slice(end)).size).toBe(1)
      }),
      { numRuns: 400 },
    )
  })
})
