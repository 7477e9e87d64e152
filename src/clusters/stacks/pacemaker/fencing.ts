import { attribute, childOf, descendantsOf, type XmlElement } from '../xml.ts'
import { type Cib, valuesIn } from './cib.ts'
import type { CrmMon } from './crm-mon.ts'

export interface FencingRead {
  readonly devices: readonly string[]
  /** `reboot of node1` for each fencing under way. */
  readonly pending: readonly string[]
  /** Whether the configuration has a device for this node. */
  readonly covers: (node: string) => boolean
}

/**
 * Fence devices and whom they cover, from the configuration alone: asking the fencer would run the agents, which takes as long as
 * their slowest BMC. What this cannot see: whether a device answers, has the right password and plug, or may run anywhere; and,
 * for a device without a list of hosts, which hosts it would claim when asked: it is believed to cover every node, as the fencer
 * asks it about every node. Hosts set through rules or id-refs are not seen.
 */
export function fencingOf(crmMon: CrmMon, cib: Cib): FencingRead {
  const resources = childOf(cib.configuration, 'resources')
  const templates = new Map(descendantsOf(resources, 'template').map(template => [attribute(template, 'id'), template]))
  const devices = descendantsOf(resources, 'primitive').flatMap(primitive => {
    const template = templates.get(attribute(primitive, 'template'))
    return attribute(template ?? primitive, 'class') === 'stonith' ? [deviceOf(primitive, template)] : []
  })
  const active = devices.filter(device => !device.disabled)
  const watchdog = hasWatchdog(cib)
  return {
    devices: devices.map(device => device.name),
    pending: descendantsOf(crmMon.root, 'fence_event')
      .filter(event => attribute(event, 'status') === 'pending')
      .map(event => `${attribute(event, 'action')} of ${attribute(event, 'target')}`),
    covers: node => watchdog || active.some(device => device.hosts === 'any' || device.hosts.has(node)),
  }
}

interface Device {
  readonly name: string
  readonly disabled: boolean
  readonly hosts: ReadonlySet<string> | 'any'
}

function deviceOf(primitive: XmlElement, template: XmlElement | undefined): Device {
  const own = (set: string) => new Map([...valuesIn(template, set), ...valuesIn(primitive, set)])
  const parameters = own('instance_attributes')
  return {
    name: attribute(primitive, 'id'),
    // The fencer does not know a device that is configured to be stopped.
    disabled: own('meta_attributes').get('target-role') === 'Stopped',
    hosts: hostsOf(parameters),
  }
}

function hostsOf(parameters: ReadonlyMap<string, string>): Device['hosts'] {
  if (parameters.get('pcmk_host_check') === 'none') return 'any'
  const list = parameters.get('pcmk_host_list') ?? ''
  const map = parameters.get('pcmk_host_map') ?? ''
  if (list.trim() === '' && map.trim() === '') return 'any'
  // `node1 node2`, `node1,node2`; the map is `node1:plug1;node2:plug2,plug3`.
  const mapped = map.split(/[\s;]+/).map(pair => pair.split(/[:=]/, 1)[0] ?? '')
  return new Set([...list.split(/[\s,;]+/), ...mapped].filter(Boolean))
}

/** With a watchdog and `stonith-watchdog-timeout`, a lost node resets itself and needs no device. */
function hasWatchdog(cib: Cib): boolean {
  const options = valuesIn(childOf(cib.configuration, 'crm_config'), 'cluster_property_set')
  const timeout = options.get('stonith-watchdog-timeout') ?? '0'
  return options.get('have-watchdog') === 'true' && !/^0*(?:ms|s|sec|m|min|h)?$/.test(timeout)
}
