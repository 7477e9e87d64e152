import type { GroupStatus, NodeStatus } from '../../status.ts'
import { attribute, isTrue, type XmlElement } from '../xml.ts'
import type { CrmMon } from './crm-mon.ts'
import type { FencingRead } from './fencing.ts'
import { isGuest } from './places.ts'

/**
 * The machines of the cluster. Containers and guests are left out (places.ts); remote nodes are machines too, and are marked.
 * `ping` entries of old configurations are not nodes.
 */
export function nodesOf(crmMon: CrmMon, groups: readonly GroupStatus[], fencing: FencingRead): readonly NodeStatus[] {
  const machines = crmMon.nodes.filter(node => !isGuest(node) && attribute(node, 'type') !== 'ping')
  return machines.map(node => nodeStatus(node, crmMon, groups, fencing))
}

function nodeStatus(
  node: XmlElement,
  crmMon: CrmMon,
  groups: readonly GroupStatus[],
  fencing: FencingRead,
): NodeStatus {
  const name = attribute(node, 'name')
  return {
    name,
    online: isTrue(node, 'online'),
    standby: isTrue(node, 'standby') || isTrue(node, 'standby_onfail'),
    maintenance: isTrue(node, 'maintenance'),
    pending: isTrue(node, 'pending'),
    unclean: isTrue(node, 'unclean'),
    shutdown: isTrue(node, 'shutdown'),
    dc: name === crmMon.dc,
    groups: groups.filter(group => group.nodes.includes(name)).map(group => group.name),
    state: stateWord(node),
    fenceable: fencing.covers(name),
    ...(attribute(node, 'type') === 'remote' ? { remote: true } : {}),
  }
}

/** In the order in which crm_mon's own text picks its word. */
function stateWord(node: XmlElement): string {
  const online = isTrue(node, 'online')
  if (isTrue(node, 'unclean')) return online ? 'unclean (online)' : 'unclean (offline)'
  if (isTrue(node, 'pending')) return 'pending'
  if (!online) return 'offline'
  if (isTrue(node, 'standby') || isTrue(node, 'standby_onfail')) return 'standby'
  return isTrue(node, 'maintenance') ? 'maintenance' : 'online'
}
