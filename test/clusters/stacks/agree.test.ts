import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agree } from '../../../src/clusters/stacks/agree.ts'
import type { ClusterStatus } from '../../../src/clusters/status.ts'
import { statusOf } from '../reading.ts'

function reading(node: string, fixture: string, changes: Partial<ClusterStatus> = {}): ClusterStatus {
  return { ...statusOf(fixture), readFrom: [node], ...changes }
}

function problems(...readings: ClusterStatus[]): string[] {
  const result = agree(readings)
  return result.ok ? [] : result.problems.map(problem => problem.message)
}

function agreed(...readings: ClusterStatus[]): ClusterStatus {
  const result = agree(readings)
  if (!result.ok) throw new Error(result.problems[0]?.message)
  return result.value
}

const calm = reading('node1', 'calm')

it('two nodes that say the same stand behind one status', () => {
  expect(agreed(calm, reading('node2', 'calm'))).toEqual({ ...calm, readFrom: ['node1', 'node2'] })
})

it('one reading is taken as it is, and none is a problem', () => {
  expect(agreed(calm)).toEqual(calm)
  expect(problems()).toEqual(['No node has said anything about the cluster.'])
})

describe('a disagreement about the whole is a finding', () => {
  it('about the controller', () => {
    expect(problems(calm, reading('node2', 'calm', { dc: 'node2' }))).toEqual([
      'node1 sees DC node1, node2 sees DC node2: split brain suspected in pvfs.',
    ])
  })

  it('about quorum', () => {
    expect(problems(calm, reading('node2', 'calm', { quorate: false }))).toEqual([
      'node1 has quorum, node2 has no quorum: split brain suspected in pvfs.',
    ])
  })

  it('about who is online', () => {
    expect(problems(calm, reading('node2', 'node-offline'))).toEqual([
      'node1 sees node1, node2 and node3 online, node2 sees node1 and node2 online: split brain suspected in pvfs.',
    ])
  })

  it('but an election that one of them has not noticed yet is none', () => {
    const status = agreed(calm, reading('node2', 'no-dc'))
    expect(status).toMatchObject({ dc: 'node1', settled: false, unsettledBecause: ['no controller is elected'] })
  })
})

describe('a difference of a moment leaves the cluster unsettled', () => {
  it('when a group is on its way', () => {
    const status = agreed(calm, reading('node2', 'starting'))
    expect(status.settled).toBe(false)
    expect(status.unsettledBecause).toContain('node1 and node2 do not yet see server1 in the same place and state')
  })

  it('when the configuration has reached only one of them', () => {
    const older = reading('node2', 'calm', { configuration: { version: '0.56', digest: 'other' } })
    expect(agreed(calm, older).unsettledBecause).toEqual(['node1 and node2 do not yet have the same configuration'])
  })

  it('and the newer reading counts', () => {
    const newer = reading('node2', 'starting', { readAt: '2026-11-21T14:02:12.000Z' })
    expect(agreed(calm, newer).groups['server1']?.state).toBe('starting')
    expect(agreed(newer, calm).groups['server1']?.state).toBe('starting')
  })
})

it('what either of them has on record is on record, once', () => {
  const failed = statusOf('start-failed-and-recovered').failures
  const left = statusOf('moved-and-preferred').leftovers
  const status = agreed(
    reading('node1', 'calm', { failures: failed }),
    reading('node2', 'calm', { failures: failed, leftovers: left }),
  )
  expect(status.failures).toEqual(failed)
  expect(status.leftovers).toEqual(left)
})

it('the order in which nodes are asked never changes whether they agree', () => {
  const fixtures = ['calm', 'starting', 'no-dc', 'node-offline', 'no-quorum', 'moved-and-banned']
  const readings = fixtures.map((fixture, index) =>
    reading(`w${index}`, fixture, { readAt: `2026-11-21T14:02:1${index}.000Z` }),
  )
  fc.assert(
    fc.property(fc.subarray(readings, { minLength: 1 }), some => {
      expect(agree(some).ok).toBe(agree([...some].reverse()).ok)
    }),
    { numRuns: 60 },
  )
})
