import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_POLICY } from '../../src/policy/access.ts'
import { eligibleApprovers, gateRule } from '../../src/policy/gate-rule.ts'
import { bothOf, isIn, slackGroupsOf } from '../../src/policy/team-expression.ts'
import { directory, MINUTE_MS, policy } from './world.ts'

describe('the rule of a gate', () => {
  test('is the policy where the runbook asks for nothing', () => {
    expect(gateRule(policy, 'disruptive', {}, 0)).toEqual({ count: 1, from: ['oncall'], withinMs: 15 * MINUTE_MS })
  })

  test('takes the stricter of policy and runbook in each respect', () => {
    const demand = { count: 2, from: ['storage'], within: 5 * MINUTE_MS, confirm: 'node-name' } as const
    expect(gateRule(policy, 'disruptive', demand, 0)).toEqual({
      count: 2,
      from: ['oncall+storage'],
      withinMs: 5 * MINUTE_MS,
      confirm: 'node-name',
    })
    const lax = { count: 1, within: 60 * MINUTE_MS }
    expect(gateRule(policy, 'destructive', lax, 0)).toEqual(policy.destructive.approve)
  })

  test('asks for one approver more per override', () => {
    expect(gateRule(policy, 'disruptive', {}, 2).count).toBe(3)
    expect(gateRule(policy, 'disruptive', { count: 2 }, 1).count).toBe(3)
  })

  test('of a runbook that only reads is the one for changes', () => {
    expect(gateRule(policy, 'read', {}, 0)).toEqual(policy.disruptive.approve)
  })

  test('lets nobody approve where the policy names no team, whatever the runbook says', () => {
    expect(gateRule(DEFAULT_POLICY, 'disruptive', { from: ['oncall'] }, 0).from).toEqual([])
  })
})

describe('who could approve', () => {
  test('is everyone in the right teams but the requester', () => {
    expect(eligibleApprovers(directory, ['oncall'], 'ana')).toEqual(['bo', 'cy'])
    expect(eligibleApprovers(directory, ['oncall', 'storage'], 'ana')).toEqual(['bo', 'cy', 'dee'])
    expect(eligibleApprovers(directory, ['oncall+storage'], 'ana')).toEqual(['cy'])
    expect(eligibleApprovers(directory, ['oncall+storage'], 'cy')).toEqual([])
    expect(eligibleApprovers(directory, [], 'ana')).toEqual([])
  })

  test('is asked of Slack for the groups those teams have', () => {
    expect(slackGroupsOf(directory, ['oncall+storage', 'oncall', 'no-such-team'])).toEqual(['S0ONCALL'])
  })

  test('two lists together let in exactly those whom both let in', () => {
    const teams = fc.subarray(['oncall', 'storage', 'oncall+storage'], { minLength: 1 })
    fc.assert(
      fc.property(teams, teams, fc.constantFrom('ana', 'bo', 'cy', 'dee', 'eve'), (ours, theirs, person) => {
        const both = isIn(directory, person, ours) && isIn(directory, person, theirs)
        expect(isIn(directory, person, bothOf(ours, theirs))).toBe(both)
      }),
    )
  })
})
