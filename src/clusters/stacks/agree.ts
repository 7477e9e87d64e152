import { bad, good, type Problem, type Result } from '../../problem.ts'
import { entry, listed } from '../lookup.ts'
import type { ClusterStatus, Failure, Leftover } from '../status.ts'

/**
 * Several nodes' readings as one. Nodes that do not see the same controller, quorum or members are a finding, not a choice: the
 * cluster may be split, and no reading of it can be believed. Where they differ only because one is a moment older, the newest
 * counts and the cluster is not settled.
 */
export function agree(readings: readonly ClusterStatus[]): Result<ClusterStatus> {
  const [first, ...others] = [...readings].sort((a, b) => b.readAt.localeCompare(a.readAt))
  if (!first) return bad({ code: 'no-reading', message: 'No node has said anything about the cluster.' })
  const problems = disagreements([first, ...others])
  return problems.length > 0 ? bad(...problems) : good(others.reduce(together, first))
}

interface Aspect {
  readonly code: string
  readonly of: (reading: ClusterStatus) => string
  /** What one reading says, e.g. `sees DC node1`. */
  readonly says: (reading: ClusterStatus) => string
}

const ASPECTS: readonly Aspect[] = [
  { code: 'dc-disagreement', of: reading => reading.dc, says: reading => `sees DC ${reading.dc}` },
  {
    code: 'quorum-disagreement',
    of: reading => String(reading.quorate),
    says: reading => (reading.quorate ? 'has quorum' : 'has no quorum'),
  },
  {
    code: 'membership-disagreement',
    of: reading => online(reading).join('\n'),
    says: reading => `sees ${listed(online(reading)) || 'nobody'} online`,
  },
]

function online(reading: ClusterStatus): string[] {
  const members = Object.values(reading.nodes).filter(node => node.online && !node.pending && !node.remote)
  return members.map(node => node.name).sort()
}

function disagreements(readings: readonly ClusterStatus[]): Problem[] {
  return ASPECTS.flatMap(aspect => {
    // No DC is an election under way: unsettled, but nobody contradicts anybody.
    const voices = readings.filter(reading => aspect.of(reading) !== '')
    return new Set(voices.map(aspect.of)).size > 1 ? [disagreement(aspect, voices)] : []
  })
}

function disagreement(aspect: Aspect, readings: readonly ClusterStatus[]): Problem {
  const voices = [...readings]
    .sort((a, b) => witnesses(a).localeCompare(witnesses(b)))
    .map(reading => `${witnesses(reading)} ${aspect.says(reading)}`)
  return {
    code: aspect.code,
    message: `${voices.join(', ')}: split brain suspected in ${readings[0]?.cluster}.`,
    stillTrue: 'Nothing was changed.',
    next: 'Look at the links between these nodes and at who has mounted the shared storage before anything else.',
  }
}

function witnesses(reading: ClusterStatus): string {
  return listed(reading.readFrom)
}

function together(one: ClusterStatus, other: ClusterStatus): ClusterStatus {
  const because = [...new Set([...one.unsettledBecause, ...other.unsettledBecause, ...differences(one, other)])]
  return {
    ...one,
    dc: one.dc || other.dc,
    readFrom: [...new Set([...one.readFrom, ...other.readFrom])].sort(),
    settled: because.length === 0,
    unsettledBecause: because,
    failures: union(one.failures, other.failures, failureKey),
    leftovers: union(one.leftovers, other.leftovers, leftover => leftover.id),
  }
}

/** What two nodes say differently for a moment while the cluster changes. */
function differences(one: ClusterStatus, other: ClusterStatus): string[] {
  const nodes = listed([...one.readFrom, ...other.readFrom].sort())
  const groups = [...new Set([...Object.keys(one.groups), ...Object.keys(other.groups)])]
  const moved = groups.filter(group => placeOf(one, group) !== placeOf(other, group))
  const version = ({ configuration }: ClusterStatus) => `${configuration.version} ${configuration.digest}`
  return [
    ...moved.map(group => `${nodes} do not yet see ${group} in the same place and state`),
    ...(version(one) === version(other) ? [] : [`${nodes} do not yet have the same configuration`]),
  ]
}

function placeOf(status: ClusterStatus, name: string): string {
  const group = entry(status.groups, name)
  return group ? `${group.state} ${[...group.nodes].sort().join(' ')}` : ''
}

function failureKey(failure: Failure): string {
  return JSON.stringify([failure.resource, failure.node, failure.task, failure.at])
}

function union<T extends Failure | Leftover>(
  one: readonly T[],
  other: readonly T[],
  key: (item: T) => string,
): readonly T[] {
  const known = new Set(one.map(key))
  return [...one, ...other.filter(item => !known.has(key(item)))]
}
