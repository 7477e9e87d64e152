import { attribute, childrenOf, descendantsOf, type XmlElement } from '../xml.ts'
import type { CrmMon } from './crm-mon.ts'

/**
 * Nodes that are resources themselves, by name: a bundle's containers and guest machines. They are not members of the cluster;
 * what runs in one is counted for the member that hosts it, because that is the machine whose loss or standby moves it.
 */
export function guests(crmMon: CrmMon): ReadonlyMap<string, string> {
  const resources = crmMon.resources.flatMap(top => [top, ...descendantsOf(top, 'resource')])
  const host = (container: string) => {
    const element = resources.find(each => each.name === 'resource' && attribute(each, 'id') === container)
    return element ? attribute(childrenOf(element, 'node')[0], 'name') : ''
  }
  return new Map(crmMon.nodes.filter(isGuest).map(node => [attribute(node, 'name'), host(containerOf(node))]))
}

export function isGuest(node: XmlElement): boolean {
  return containerOf(node) !== ''
}

/** Pacemaker 2 says `id_as_resource`, 1.1.13 said `container_id`. */
function containerOf(node: XmlElement): string {
  return attribute(node, 'id_as_resource') || attribute(node, 'container_id')
}
