import type { Scene } from '../scene.ts'
import { type Element, element } from '../xml/element.ts'
import { formatXml } from '../xml/text.ts'
import { location, pairs } from './cib.ts'
import { type HeartbeatCrmModel, heartbeatCrmModel } from './model.ts'

const NODES = ['node1', 'node2', 'node3', 'node4', 'node5'] as const
const SERVERS = [0, 1, 2, 3] as const

/**
 * The cluster of "PVFS High Availability Clustering using Heartbeat 2.0" (2008) and its cib.xml example: four servers of address, filesystem and
 * daemon, node5 the spare, an IPMI fence device for each of the first four nodes; node5 has none (ha-stacks.md §12).
 */
export const PVFS: Scene<HeartbeatCrmModel> = {
  name: 'pvfs',
  summary:
    'PVFS on five nodes under Heartbeat 2.1.3 with its CRM: server0 to server3, node5 the spare, fencing on (simulated)',
  cluster: {
    name: 'pvfs',
    stack: 'heartbeat-crm',
    groups: Object.fromEntries(SERVERS.map(index => [`server${index}`, { prefers: `node${index + 1}` }])),
  },
  nodes: NODES,
  services: SERVERS.map(index => `server${index}`),
  model: ground =>
    heartbeatCrmModel(
      {
        cib: pvfsCib,
        bmc: (_node, index) => `192.168.0.${10 + index}`,
        files: () => ({
          '/etc/ha.d/ha.cf': HA_CF,
          '/etc/ha.d/authkeys': { text: 'auth 1\n1 sha1 dcdebc13c41977eac8cca0023266a8b16d234262\n', mode: 0o600 },
          '/var/lib/heartbeat/crm/cib.xml': { text: formatXml(pvfsCib()), mode: 0o600 },
        }),
        without: ['xm'],
      },
      ground,
    ),
}

const HA_CF = `logfacility local0
keepalive 1
deadtime 10
initdead 80
udpport 694
mcast eth0 225.0.0.1 694 1 0
auto_failback off
${NODES.map(node => `node ${node}`).join('\n')}
crm yes
`

/** The configuration with its nodes, as a running cluster holds it. */
export function pvfsCib(): Element {
  const nodes = NODES.map((uname, index) => element('node', { id: uuid(index), uname, type: 'normal' }))
  return cib('57', [
    element('crm_config', {}, [pairs('cluster_property_set', 'cib-bootstrap-options', OPTIONS)]),
    element('nodes', {}, nodes),
    element('resources', {}, [...SERVERS.map(server), ...SERVERS.map(fenceDevice)]),
    element(
      'constraints',
      {},
      SERVERS.map(index => location(`run_server${index}`, `server${index}`, '100', `node${index + 1}`)),
    ),
  ])
}

/**
 * The example as it was shipped from April 2008 on: a closing tag too many in the groups server2 and server3, no nodes, version 0.0.0
 * (ha-stacks.md §12).
 */
export function shippedExample(): string {
  const whole = pvfsCib()
  for (const section of whole.children.flatMap(each => each.children))
    if (section.name === 'nodes') section.children = []
  whole.attributes['epoch'] = '0'
  return formatXml(whole).replace(/( *)<group id="server[23]">\n/g, '$&$1</primitive>\n')
}

function cib(epoch: string, sections: Element[]): Element {
  return element('cib', { admin_epoch: '0', epoch, num_updates: '1', cib_feature_revision: '1.3' }, [
    element('configuration', {}, sections),
    element('status'),
  ])
}

function uuid(index: number): string {
  return `0c8a3f0e-6b59-4f0c-9b7a-0f4b4e6f000${index + 1}`
}

const OPTIONS = {
  'symmetric-cluster': 'true',
  'no-quorum-policy': 'freeze',
  'default-resource-stickiness': '200',
  'default-resource-failure-stickiness': '0',
  'stonith-enabled': 'true',
  'stonith-action': 'reboot',
  'is-managed-default': 'true',
} as const

function server(index: number): Element {
  const id = `server${index}`
  const address = `192.168.0.${index + 1}`
  return element('group', { id }, [
    primitive(`${id}_address`, 'heartbeat', 'IPaddr', { ip: address }),
    primitive(`${id}_fs`, 'external', 'Filesystem', {
      device: `-L label${index}`,
      directory: `/san_mount${index}`,
      fstype: 'ext3',
      options: 'rw',
    }),
    primitive(`${id}_daemon`, 'external', 'PVFS2', {
      fsconfig: '/etc/pvfs2/pvfs2-fs.conf',
      port: '3334',
      pidfile: `/var/run/virtual${index + 1}.pvfs2_ha_pid`,
      ip: address,
      alias: `virtual${index + 1}`,
    }),
  ])
}

function primitive(id: string, provider: string, type: string, values: Readonly<Record<string, string>>): Element {
  return element('primitive', { id, class: 'ocf', type, provider }, [
    pairs('instance_attributes', `${id}_iattr`, values),
  ])
}

function fenceDevice(index: number): Element {
  const id = `fence${index}`
  const values = {
    hostname: `node${index + 1}`,
    ipaddr: `192.168.0.${10 + index}`,
    userid: 'Administrator',
    passwd: 'password',
  }
  return element('primitive', { id, class: 'stonith', type: 'external/ipmi', provider: 'heartbeat' }, [
    pairs('instance_attributes', `ia-${id}`, values),
  ])
}
