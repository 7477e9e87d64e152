import type { ClustatNode } from './clustat.ts'
import { isUnderWay } from './group-state.ts'
import type { Service } from './groups.ts'
import type { Members } from './nodes.ts'

/** Why the cluster is still doing something, or why nobody can say, in words; empty when it is idle (ha-stacks.md §4, P-IDLE). */
export function unsettledBecause(members: Members, services: readonly Service[], asked: string): readonly string[] {
  const { clustat, cman, fenceDomain, conf } = members
  const { waitState } = fenceDomain
  return [
    ...services.filter(({ said }) => !said).map(({ group }) => unsaid(asked, group.name)),
    ...services.flatMap(({ group, said }) =>
      said && isUnderWay(said) ? [`${group.name} is ${said.word || said.state}${at(said.owner)}`] : [],
    ),
    ...fencingOf(members).map(action => `fencing under way: ${action}`),
    ...(waitState === 'none' ? [] : [`the fence domain waits for ${waitState}`]),
    ...clustat.nodes.filter(node => node.estranged).map(node => `${node.name} is estranged from the cluster`),
    ...clustat.nodes.filter(node => differs(node, members)).map(node => `${node.name} is joining or leaving`),
    ...(cman.configVersion === conf.version
      ? []
      : [`${asked} runs configuration ${cman.configVersion}, and its cluster.conf is version ${conf.version}`]),
  ]
}

/** What a node says that cannot tell a service's state; another node may know it. */
export function unsaid(node: string, group: string): string {
  return `${node} cannot say what ${group} does`
}

/** Fencing that is due or under way: `fencing of serv-0001`. */
export function fencingOf({ cman, fenceDomain }: Members): readonly string[] {
  const names = cman.nodes.filter(node => fenceDomain.victims.includes(node.id)).map(node => `fencing of ${node.name}`)
  const unnamed = fenceDomain.victimCount - names.length
  return unnamed > 0 ? [...names, `fencing of ${unnamed} more`] : names
}

function at(node: string): string {
  return node === '' ? '' : ` on ${node}`
}

function differs(node: ClustatNode, { cman }: Members): boolean {
  const isMember = cman.nodes.find(each => each.name === node.name)?.status === 'M'
  return isMember !== node.online
}
