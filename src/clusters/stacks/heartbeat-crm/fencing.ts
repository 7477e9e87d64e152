import { attribute, childOf, descendantsOf, type XmlElement } from '../xml.ts'
import { type Cib, isYes, metaOf, pairsIn } from './cib.ts'

export interface FencingRead {
  readonly enabled: boolean
  readonly devices: readonly string[]
  /** Whether the configuration has a device for this node. */
  readonly covers: (node: string) => boolean
}

interface Device {
  readonly name: string
  readonly stopped: boolean
  readonly hosts: ReadonlySet<string> | 'any'
}

/** Fence devices and whom they cover, from the configuration alone. Without a word about it, fencing is off in 2.1.3 (ha-stacks.md §1). */
export function fencingOf(cib: Cib): FencingRead {
  const resources = descendantsOf(childOf(cib.configuration, 'resources'), 'primitive')
  const devices = resources.filter(each => attribute(each, 'class') === 'stonith').map(deviceOf)
  return {
    enabled: isYes(cib.option('stonith-enabled')),
    devices: devices.map(device => device.name),
    covers: node => devices.some(({ stopped, hosts }) => !stopped && (hosts === 'any' || hosts.has(node))),
  }
}

function deviceOf(primitive: XmlElement): Device {
  const parameters = pairsIn(primitive, 'instance_attributes')
  const hosts = parameters.get('hostname') ?? parameters.get('hostlist')
  return {
    name: attribute(primitive, 'id'),
    stopped: /^stopped$/i.test(metaOf(primitive, 'target_role')),
    // Other plugins have other parameters, or learn their hosts from the device.
    hosts: hosts === undefined ? 'any' : new Set(hosts.split(/[\s,]+/).filter(Boolean)),
  }
}
