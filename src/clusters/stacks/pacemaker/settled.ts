import { listed } from '../../lookup.ts'
import type { GroupStatus, NodeStatus } from '../../status.ts'
import type { Controller } from './controller.ts'
import type { CrmMon } from './crm-mon.ts'
import type { FencingRead } from './fencing.ts'

export interface Seen {
  readonly crmMon: CrmMon
  readonly controller: Controller
  readonly nodes: readonly NodeStatus[]
  readonly groups: readonly GroupStatus[]
  readonly fencing: FencingRead
}

/**
 * Why the cluster is still doing something, in words; empty when it is idle (ha-stacks.md §4, P-IDLE). The controller's word
 * alone is not enough: it is idle as well while a node it cannot fence stays unclean.
 */
export function unsettledBecause(seen: Seen): readonly string[] {
  return [
    ...controllerBecause(seen),
    ...seen.nodes.filter(node => node.pending).map(node => `${node.name} is joining`),
    ...seen.nodes.filter(node => node.shutdown).map(node => `${node.name} is shutting down`),
    ...seen.nodes.filter(node => node.unclean).map(node => `${node.name} is ${node.state}: it has not been fenced`),
    ...seen.fencing.pending.map(action => `fencing under way: ${action}`),
    ...seen.groups.flatMap(membersBecause),
  ]
}

function controllerBecause({ crmMon, controller }: Seen): string[] {
  if (crmMon.dc === '') return ['no controller is elected']
  if (controller.dc !== '' && controller.dc !== crmMon.dc)
    return [`the controller moves from ${controller.dc} to ${crmMon.dc}`]
  if (controller.state === '') return [`the controller on ${crmMon.dc} did not say what it is doing`]
  return controller.state === 'S_IDLE' ? [] : [`the controller on ${crmMon.dc} is busy (${controller.state})`]
}

/** Probes and monitors are left to the controller's word: one that hangs changes nothing by itself. */
function membersBecause(group: GroupStatus): string[] {
  return group.members
    .filter(member => member.pending !== '' && member.pending !== 'Monitoring')
    .map(
      member =>
        `${member.name} is ${member.pending.toLowerCase()}${member.nodes.length > 0 ? ` on ${listed(member.nodes)}` : ''}`,
    )
}
