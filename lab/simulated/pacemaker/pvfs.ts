import { type Element, element } from '../xml/element.ts'
import { BUILD, ctime, FEATURE_SET } from './cib.ts'

/**
 * The five-node PVFS cluster of "PVFS High Availability Clustering using Heartbeat 2.0" (2008), as Pacemaker 2.1.5 would hold it:
 * four groups of address, filesystem and daemon; node5 is the spare; one IPMI fence device for each node (ha-stacks.md §12).
 */
export const PVFS_NODES = ['node1', 'node2', 'node3', 'node4', 'node5'] as const
export const PVFS_GROUPS: Readonly<Record<string, { readonly prefers: string }>> = {
  server0: { prefers: 'node1' },
  server1: { prefers: 'node2' },
  server2: { prefers: 'node3' },
  server3: { prefers: 'node4' },
}
const SPARE = 'node5'

/** What lies on every node as /etc/corosync/corosync.conf. */
export function corosyncConf(): string {
  const nodes = PVFS_NODES.map(
    (name, index) =>
      `    node {\n        ring0_addr: 192.168.0.${101 + index}\n        name: ${name}\n        nodeid: ${index + 1}\n    }\n`,
  )
  return `totem {
    version: 2
    cluster_name: pvfs
    transport: knet
}
nodelist {
${nodes.join('')}}
quorum {
    provider: corosync_votequorum
}
`
}

/** The configuration with an empty status section. */
export function pvfsCib(now: number): Element {
  return element(
    'cib',
    {
      crm_feature_set: FEATURE_SET,
      'validate-with': 'pacemaker-3.9',
      epoch: '57',
      num_updates: '0',
      admin_epoch: '0',
      'cib-last-written': ctime(now),
      'update-origin': 'node1',
      'update-client': 'cibadmin',
      'update-user': 'root',
      'have-quorum': '1',
      'dc-uuid': '1',
    },
    [element('configuration', {}, configuration()), element('status')],
  )
}

function configuration(): Element[] {
  const groups = Object.keys(PVFS_GROUPS)
  return [
    element('crm_config', {}, [options()]),
    element(
      'nodes',
      {},
      PVFS_NODES.map((uname, index) => element('node', { id: String(index + 1), uname })),
    ),
    element('resources', {}, [...groups.map(group), ...PVFS_NODES.map(fenceDevice)]),
    element('constraints', {}, [...groups.flatMap(locations), ...PVFS_NODES.map(fenceLocation)]),
    element('rsc_defaults', {}, [pairs('meta_attributes', 'rsc_defaults-options', { 'resource-stickiness': '200' })]),
  ]
}

function options(): Element {
  return pairs('cluster_property_set', 'cib-bootstrap-options', {
    'have-watchdog': 'false',
    'dc-version': BUILD,
    'cluster-infrastructure': 'corosync',
    'cluster-name': 'pvfs',
    'stonith-enabled': 'true',
    'no-quorum-policy': 'freeze',
  })
}

function group(id: string, index: number): Element {
  const address = `192.168.0.${index + 1}`
  return element('group', { id }, [
    primitive(
      `${id}_address`,
      'IPaddr2',
      { ip: address, cidr_netmask: '24', nic: 'eth0' },
      { interval: '10s', timeout: '20s' },
    ),
    primitive(
      `${id}_fs`,
      'Filesystem',
      { device: `-Llabel${index}`, directory: `/san_mount${index}`, fstype: 'ext3' },
      { interval: '20s', timeout: '40s' },
    ),
    primitive(
      `${id}_daemon`,
      'pvfs2-server',
      {
        fsconfig: '/etc/pvfs2-fs.conf',
        port: '3334',
        ip: address,
        pidfile: `/var/run/virtual${index + 1}.pvfs2_ha_pid`,
        alias: `virtual${index + 1}_tcp3334`,
      },
      { interval: '60s', timeout: '150s' },
    ),
  ])
}

function primitive(
  id: string,
  type: string,
  parameters: Record<string, string>,
  monitor?: { interval: string; timeout: string },
): Element {
  const made = element('primitive', { id, class: 'ocf', provider: 'heartbeat', type }, [
    pairs('instance_attributes', `${id}-instance_attributes`, parameters),
  ])
  if (monitor) {
    const op = element('op', { id: `${id}-monitor-${monitor.interval}`, name: 'monitor', ...monitor })
    made.children.push(element('operations', {}, [op]))
  }
  return made
}

function fenceDevice(node: string, index: number): Element {
  const id = `fence${index + 1}`
  return element('primitive', { id, class: 'stonith', type: 'fence_ipmilan' }, [
    pairs('instance_attributes', `${id}-instance_attributes`, {
      ip: `192.168.0.${index + 11}`,
      username: 'Administrator',
      lanplus: '1',
      pcmk_host_list: node,
    }),
  ])
}

/** Home first, then the spare: "if you have one or more spares, then they will be selected first". */
function locations(id: string): Element[] {
  const home = PVFS_GROUPS[id]?.prefers ?? SPARE
  return [
    element('rsc_location', { id: `${id}_location`, rsc: id, node: home, score: '100' }),
    element('rsc_location', { id: `${id}_spare`, rsc: id, node: SPARE, score: '50' }),
  ]
}

/** A device is kept on the neighbour of the node that it can fence. */
function fenceLocation(_node: string, index: number): Element {
  const neighbour = PVFS_NODES[(index + 1) % PVFS_NODES.length] ?? SPARE
  return element('rsc_location', {
    id: `fence${index + 1}_location`,
    rsc: `fence${index + 1}`,
    node: neighbour,
    score: '100',
  })
}

function pairs(sets: string, id: string, values: Record<string, string>): Element {
  return element(
    sets,
    { id },
    Object.entries(values).map(([name, value]) => element('nvpair', { id: `${id}-${name}`, name, value })),
  )
}
