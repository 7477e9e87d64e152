import { describe, expect, test } from 'vitest'
import { DEFAULT_POLICY, mayRun } from '../../src/policy/access.ts'
import { personByName, personBySlack, teamsOf } from '../../src/policy/people.ts'
import type { Risk } from '../../src/runbooks/schema.ts'
import { directory, policy } from './world.ts'

function ask(name: string, risk: Risk, over = policy) {
  return mayRun({ cluster: 'pvfs', policy: over, directory, person: personByName(directory, name), risk })
}
function refusal(name: string, risk: Risk, over = policy) {
  const result = ask(name, risk, over)
  return result.ok ? undefined : result.problems[0]
}

describe('who may run', () => {
  test('everyone may read, known or not', () => {
    expect(ask('dee', 'read').ok).toBe(true)
    expect(ask('nobody-at-all', 'read').ok).toBe(true)
  })

  test('a member of the team may run changes, others hear who may and where they are', () => {
    expect(ask('ana', 'disruptive').ok).toBe(true)
    expect(refusal('dee', 'disruptive')?.message).toBe(
      'Only oncall may run disruptive runbooks on pvfs. You are in: storage.',
    )
    expect(refusal('eve', 'destructive')?.message).toBe(
      'Only oncall may run destructive runbooks on pvfs. You are in no team.',
    )
  })

  test('a change needs a known person even where everyone may', () => {
    const open = { ...policy, disruptive: { run: ['everyone'] } }
    expect(ask('eve', 'disruptive', open).ok).toBe(true)
    expect(refusal('nobody-at-all', 'disruptive', open)?.code).toBe('unknown-person')
  })

  test('without a policy everyone may look and nobody may change anything', () => {
    expect(ask('ana', 'read', DEFAULT_POLICY).ok).toBe(true)
    expect(refusal('ana', 'disruptive', DEFAULT_POLICY)).toMatchObject({
      code: 'nobody-may-run',
      next: expect.stringContaining('clusters.pvfs.policy.disruptive.run'),
    })
    expect(refusal('ana', 'destructive', DEFAULT_POLICY)?.code).toBe('nobody-may-run')
  })

  test('names that every object has are nobody', () => {
    expect(personByName(directory, 'constructor')).toBeUndefined()
    expect(teamsOf(directory, 'constructor')).toEqual([])
  })

  test('people are found by their Slack id, and one without an id never by an empty one', () => {
    expect(personBySlack(directory, 'U0CY')?.name).toBe('cy')
    expect(personBySlack(directory, 'U0NOBODY')).toBeUndefined()
    expect(personBySlack(directory, '')).toBeUndefined()
    expect(teamsOf(directory, 'cy')).toEqual(['oncall', 'storage'])
  })
})
