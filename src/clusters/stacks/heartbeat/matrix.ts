import { entry, listed } from '../../lookup.ts'
import type { ClusterStatus, Failure, GroupStatus } from '../../status.ts'

/** One node's reading, with the node's name. */
export interface Witness {
  readonly node: string
  readonly reading: ClusterStatus
  /** Heartbeat runs there. */
  readonly running: boolean
}

export function witnessOf(reading: ClusterStatus): Witness {
  const [node = ''] = reading.readFrom
  return { node, reading, running: entry(reading.nodes, node)?.state !== 'offline' }
}

/** What the nodes together know of one group, and what is wrong with it. */
export interface Owned {
  readonly group: GroupStatus
  readonly failures: readonly Failure[]
  readonly because: readonly string[]
}

/**
 * Who owns a group (the ownership matrix, ha-stacks.md §5): exactly one node must say so. Both is double ownership. Nobody is an outage
 * only where every node was heard and none is busy handing over.
 */
export function ownership(name: string, witnesses: readonly Witness[], silent: readonly string[]): Owned | undefined {
  const views = witnesses.flatMap(({ reading }) => entry(reading.groups, name) ?? [])
  const [known] = views
  if (!known) return undefined
  const holders = [...new Set(views.flatMap(view => view.nodes))].sort()
  if (holders.length === 1) return { group: placed(known, holders, 'started'), failures: [], because: [] }
  if (holders.length > 1) return twice(known, holders)
  return heldByNobody(known, witnesses, silent)
}

function twice(known: GroupStatus, holders: readonly string[]): Owned {
  const reason = `${listed(holders)} both say that they own it`
  const failures = holders.map(node => failure(known.name, node, 'active-twice', reason))
  return { group: placed(known, holders, 'started'), failures, because: [] }
}

function heldByNobody(known: GroupStatus, witnesses: readonly Witness[], silent: readonly string[]): Owned {
  const { name } = known
  const busy = witnesses.some(({ reading }) => !reading.settled)
  if (busy) return { group: placed(known, [], 'starting', 'Moving'), failures: [], because: [] }
  if (silent.length > 0) {
    const because = [
      `it is not known who holds ${name}: not ${listed(names(witnesses))}, and ${listed(silent)} did not say`,
    ]
    return { group: placed(known, [], 'unknown'), failures: [], because }
  }
  const running = witnesses.filter(witness => witness.running)
  const reason = running.length > 0 ? `neither ${names(witnesses).join(' nor ')} owns it` : 'Heartbeat runs on no node'
  return {
    group: placed(known, [], 'stopped'),
    failures: [failure(name, known.prefers ?? '', 'unserved', reason)],
    because: [],
  }
}

function names(witnesses: readonly Witness[]): string[] {
  return witnesses.map(({ node }) => node).sort()
}

function failure(group: string, node: string, task: string, reason: string): Failure {
  return { resource: group, group, node, task, reason, at: '' }
}

function placed(known: GroupStatus, nodes: readonly string[], state: GroupStatus['state'], pending = ''): GroupStatus {
  const role = nodes.length > 0 ? 'Started' : state === 'unknown' ? 'Unknown' : 'Stopped'
  const members = known.members.map(member => ({ ...member, nodes, role, pending }))
  return { ...known, node: nodes.length === 1 ? (nodes[0] ?? '') : '', nodes, state, members }
}

/** The matrix as people read it: a line for each group, then what the nodes say of each other. */
export function matrixText(witnesses: readonly Witness[]): string {
  const groups = [...new Set(witnesses.flatMap(({ reading }) => Object.keys(reading.groups)))].sort()
  const says = (name: string) =>
    witnesses.map(
      ({ node, reading }) => `${node}: ${entry(reading.groups, name)?.node ? 'owns it' : 'does not own it'}`,
    )
  return [
    ...groups.map(name => `${name}  ${says(name).join('  ')}`),
    ...witnesses.flatMap(({ node, reading }) =>
      Object.values(reading.nodes)
        .filter(other => other.name !== node)
        .map(other => `${node} sees ${other.name} ${other.online ? 'alive' : 'dead'}`),
    ),
  ].join('\n')
}
