import { groupOf, nodeOf } from './lookup.ts'
import type { ClusterStatus, NodeStatus } from './status.ts'

/**
 * Why a node cannot take a group now, in words; empty when it can. Without `group`, only what is true for any group
 * (ha-stacks.md §4, P-TARGET).
 */
export function unfitBecause(status: ClusterStatus, node: string, group?: string): readonly string[] {
  const found = nodeOf(status, node)
  if (!found) return [`${status.cluster} has no node of this name`]
  return [...nodeBecause(found), ...(group === undefined ? [] : groupBecause(status, node, group))]
}

export function isFit(status: ClusterStatus, node: string, group?: string): boolean {
  return unfitBecause(status, node, group).length === 0
}

function nodeBecause(node: NodeStatus): string[] {
  if (node.unclean) return [`it is ${node.state}: the cluster does not know what runs on it`]
  if (!node.online) return ['it is offline']
  return [
    ...(node.pending ? ['it is still joining'] : []),
    ...(node.shutdown ? ['it is shutting down'] : []),
    ...(node.standby && !node.pending
      ? [node.state.startsWith('online, ') ? `it is ${node.state}` : 'it is in standby']
      : []),
    ...(node.maintenance ? ['it is in maintenance'] : []),
    ...(node.remote ? ['it is a remote node, not a member'] : []),
  ]
}

function groupBecause(status: ClusterStatus, node: string, group: string): string[] {
  const bans = status.leftovers.filter(each => each.kind === 'ban' && each.group === group && each.node === node)
  const isForbidden = groupOf(status, group)?.bannedFrom?.includes(node) === true
  const failed = failuresOf(status, group).filter(failure => failure.node === node)
  return [
    ...bans.map(ban => `constraint ${ban.id} bans ${group} from it`),
    ...(isForbidden && bans.length === 0 ? [`a constraint of the configuration bans ${group} from it`] : []),
    ...failed.slice(0, 1).map(failure => `${failure.resource} failed there: ${failure.reason}`),
  ]
}

/** Failures of a group's own members. */
export function failuresOf(status: ClusterStatus, group: string): ClusterStatus['failures'] {
  return status.failures.filter(failure => failure.group === group)
}

/** Constraints that earlier operations left on a group. */
export function leftoversOf(status: ClusterStatus, group: string): ClusterStatus['leftovers'] {
  return status.leftovers.filter(leftover => leftover.group === group)
}

/** Nodes that can take over from `node`: members that are up and may run groups, by name. */
export function survivors(status: ClusterStatus, node: string): readonly string[] {
  const others = Object.keys(status.nodes).filter(name => name !== node && isFit(status, name))
  return others.sort()
}
