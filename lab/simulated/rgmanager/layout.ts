import { attribute, child, childrenNamed, childWith, type Element, walk } from '../xml/element.ts'
import { parseXml } from '../xml/text.ts'

export interface LayoutNode {
  readonly id: number
  readonly name: string
  /** Addresses of the fence devices that cut its power. */
  readonly devices: readonly string[]
}

export interface LayoutService {
  readonly fullName: string
  /** Nodes of its domain, the preferred first; all nodes where it has none. */
  readonly order: readonly string[]
  readonly restricted: boolean
  /** Goes back to a better node as soon as that is there. */
  readonly failback: boolean
  /** What it activates and mounts. */
  readonly volume: { readonly vg: string; readonly lv: string } | undefined
  readonly mount: { readonly device: string; readonly mountpoint: string; readonly fstype: string } | undefined
}

/** What rgmanager and fenced work by, from the cluster.conf that they started with. */
export interface Layout {
  readonly name: string
  readonly version: string
  readonly twoNode: boolean
  readonly expectedVotes: number
  readonly nodes: readonly LayoutNode[]
  readonly services: readonly LayoutService[]
}

/** Throws when it is not well-formed: cman would not have started. */
export function readLayout(conf: string): Layout {
  const root = parseXml(conf)
  if (root?.name !== 'cluster') throw new Error('this cluster.conf is not well-formed')
  const cman = child(root, 'cman')
  const nodes = childrenNamed(child(root, 'clusternodes'), 'clusternode').map(node => nodeOf(node, root))
  return {
    name: attribute(root, 'name'),
    version: attribute(root, 'config_version'),
    twoNode: cman ? attribute(cman, 'two_node') === '1' : false,
    expectedVotes: cman ? Number(attribute(cman, 'expected_votes')) || nodes.length : nodes.length,
    nodes,
    services: servicesOf(child(root, 'rm'), nodes),
  }
}

function nodeOf(node: Element, root: Element): LayoutNode {
  const used = childrenNamed(child(node, 'fence'), 'method').flatMap(method => childrenNamed(method, 'device'))
  const devices = used.flatMap(device => {
    const found = childWith(child(root, 'fencedevices'), 'fencedevice', 'name', attribute(device, 'name'))
    return found ? [attribute(found, 'ipaddr')] : []
  })
  return { id: Number(attribute(node, 'nodeid')), name: attribute(node, 'name'), devices }
}

function servicesOf(rm: Element | undefined, nodes: readonly LayoutNode[]): LayoutService[] {
  return ['service', 'vm'].flatMap(kind => childrenNamed(rm, kind).map(service => serviceOf(service, rm, nodes)))
}

function serviceOf(service: Element, rm: Element | undefined, nodes: readonly LayoutNode[]): LayoutService {
  const domain = childWith(child(rm, 'failoverdomains'), 'failoverdomain', 'name', attribute(service, 'domain'))
  const is = (name: string) => domain !== undefined && attribute(domain, name) === '1'
  const inside = childrenNamed(domain, 'failoverdomainnode')
    .sort((a, b) => Number(attribute(a, 'priority')) - Number(attribute(b, 'priority')))
    .map(node => attribute(node, 'name'))
  const others = nodes.map(node => node.name).filter(name => !inside.includes(name))
  const fs = resource(service, rm, 'fs')
  const lvm = resource(service, rm, 'lvm')
  return {
    fullName: `${service.name}:${attribute(service, 'name')}`,
    order: is('restricted') ? inside : [...inside, ...others],
    restricted: is('restricted'),
    failback: is('ordered') && !is('nofailback'),
    volume: lvm && { vg: attribute(lvm, 'vg_name'), lv: attribute(lvm, 'lv_name') },
    mount: fs && {
      device: attribute(fs, 'device'),
      mountpoint: attribute(fs, 'mountpoint'),
      fstype: attribute(fs, 'fstype'),
    },
  }
}

/** A resource of the service: written inside it, or among the shared ones and referred to. */
function resource(service: Element, rm: Element | undefined, kind: string): Element | undefined {
  const used = [...walk(service)].find(element => element.name === kind)
  const ref = used && attribute(used, 'ref')
  return ref ? childWith(child(rm, 'resources'), kind, 'name', ref) : used
}
