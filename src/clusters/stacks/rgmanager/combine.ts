import { good, type Result } from '../../../problem.ts'
import { byName, entry, listed } from '../../lookup.ts'
import type { ClusterStatus, GroupStatus } from '../../status.ts'
import { agree } from '../agree.ts'
import { unsaid } from './settled.ts'

/**
 * All nodes' readings as one. A node without rgmanager, or without quorum, cannot say what the services do: what another says counts.
 * cluster.conf is not replicated by itself: nodes that have different ones are named, and the cluster is not settled until they agree.
 */
export function combine(readings: readonly ClusterStatus[]): Result<ClusterStatus> {
  const filled = readings.map(reading => withServices(reading, readings))
  const [first] = filled
  // What agree would say of different configurations is meant for one that replicates itself.
  const joined = agree(filled.map(reading => (first ? { ...reading, configuration: first.configuration } : reading)))
  if (!joined.ok) return joined
  const because = [...joined.value.unsettledBecause, ...differentConfigurations(readings)]
  return good({ ...joined.value, settled: because.length === 0, unsettledBecause: because })
}

function withServices(reading: ClusterStatus, all: readonly ClusterStatus[]): ClusterStatus {
  const newest = [...all].sort((a, b) => b.readAt.localeCompare(a.readAt))
  const names = [...new Set(all.flatMap(each => Object.keys(each.groups)))]
  const groups = names.flatMap(name => {
    const own = entry(reading.groups, name)
    if (own && isSaid(own)) return [own]
    const views = newest.flatMap(each => entry(each.groups, name) ?? [])
    const best = views.find(isSaid) ?? views[0]
    return best ? [best] : []
  })
  const told = new Set(groups.filter(isSaid).flatMap(group => reading.readFrom.map(node => unsaid(node, group.name))))
  const because = reading.unsettledBecause.filter(reason => !told.has(reason))
  const nodes = Object.values(reading.nodes).map(node => ({
    ...node,
    groups: groups.filter(group => group.nodes.includes(node.name)).map(group => group.name),
  }))
  const unsettled = { settled: because.length === 0, unsettledBecause: because }
  return { ...reading, ...unsettled, groups: byName(groups), nodes: byName(nodes), maintenance: allFrozen(groups) }
}

/** `blocked` stands for a state that the node cannot tell. */
function isSaid(group: GroupStatus): boolean {
  return group.state !== 'blocked'
}

/** Every service is frozen: nothing of the cluster is looked after. */
export function allFrozen(groups: readonly GroupStatus[]): boolean {
  return groups.length > 0 && groups.every(group => !group.managed)
}

function differentConfigurations(readings: readonly ClusterStatus[]): readonly string[] {
  const versions = new Map<string, { readonly version: string; readonly nodes: string[] }>()
  for (const { configuration, readFrom } of readings) {
    const known = versions.get(configuration.digest) ?? { version: configuration.version, nodes: [] }
    versions.set(configuration.digest, { ...known, nodes: [...known.nodes, ...readFrom].sort() })
  }
  if (versions.size < 2) return []
  const texts = [...versions.values()].map(({ version, nodes }) => `version ${version} on ${listed(nodes)}`).sort()
  return [`cluster.conf differs: ${texts.join(', ')}`]
}
