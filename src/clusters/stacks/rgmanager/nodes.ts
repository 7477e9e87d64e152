import type { NodeStatus } from '../../status.ts'
import type { Clustat, ClustatNode } from './clustat.ts'
import type { ClusterConf } from './cluster-conf.ts'
import type { Cman, CmanNode } from './cman.ts'
import type { FenceDomain } from './fence-domain.ts'
import type { Service } from './groups.ts'

export interface Members {
  readonly clustat: Clustat
  readonly cman: Cman
  readonly fenceDomain: FenceDomain
  readonly conf: ClusterConf
}

/**
 * The machines of the cluster. A member without rgmanager runs nothing: that is what this stack has for a standby (ha-stacks.md §9.7).
 * A node that is to be fenced and has not been is unclean: what runs on it is not known.
 */
export function nodesOf(members: Members, services: readonly Service[]): readonly NodeStatus[] {
  return members.clustat.nodes.map(node => nodeStatus(node, members, services))
}

function nodeStatus(node: ClustatNode, members: Members, services: readonly Service[]): NodeStatus {
  const { name } = node
  const cman = members.cman.nodes.find(each => each.name === name)
  const online = isOnline(node, cman)
  const unclean = node.estranged || cman?.status === 'd' || isVictim(cman, members.fenceDomain)
  const idle = online && !unclean && !node.rgmanager
  return {
    name,
    online,
    standby: idle,
    maintenance: false,
    pending: false,
    unclean,
    shutdown: false,
    dc: false,
    groups: services.filter(({ group }) => group.nodes.includes(name)).map(({ group }) => group.name),
    state: stateWord(online, unclean, idle),
    fenceable: members.conf.fenceable.has(name),
  }
}

/** clustat and cman_tool are asked a moment apart: a node is online for both or not at all. */
function isOnline(node: ClustatNode, cman: CmanNode | undefined): boolean {
  return node.online && cman?.status === 'M'
}

export function isVictim(cman: CmanNode | undefined, { victims }: FenceDomain): boolean {
  return cman !== undefined && victims.includes(cman.id)
}

function stateWord(online: boolean, unclean: boolean, idle: boolean): string {
  if (unclean) return online ? 'unclean (online)' : 'unclean (offline)'
  if (!online) return 'offline'
  return idle ? 'online, no rgmanager' : 'online'
}
