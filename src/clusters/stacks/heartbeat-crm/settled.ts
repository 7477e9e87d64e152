import type { NodeStatus } from '../../status.ts'
import type { Controller } from './controller.ts'
import type { CrmMon } from './crm-mon.ts'

/** Why the cluster is still doing something, in words; empty when it is idle (ha-stacks.md §4, P-IDLE). */
export function unsettledBecause(
  crmMon: CrmMon,
  controller: Controller,
  nodes: readonly NodeStatus[],
): readonly string[] {
  return [
    ...controllerBecause(crmMon, controller),
    ...nodes.filter(node => node.pending).map(node => `${node.name} is joining`),
    ...nodes.filter(node => node.unclean).map(node => `${node.name} is ${node.state}: it has not been fenced`),
  ]
}

function controllerBecause({ dc }: CrmMon, controller: Controller): string[] {
  if (dc === '') return ['no controller is elected']
  if (controller.dc !== '' && controller.dc !== dc) return [`the controller moves from ${controller.dc} to ${dc}`]
  if (controller.state === '') return [`the controller on ${dc} did not say what it is doing`]
  return controller.state === 'S_IDLE' ? [] : [`the controller on ${dc} is busy (${controller.state})`]
}
