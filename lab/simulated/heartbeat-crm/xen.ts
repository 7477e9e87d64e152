import type { Scene } from '../scene.ts'
import { type Element, element } from '../xml/element.ts'
import { formatXml } from '../xml/text.ts'
import { location, pairs } from './cib.ts'
import { type HeartbeatCrmModel, heartbeatCrmModel } from './model.ts'

const NODES = ['dom0-1', 'dom0-2'] as const
const DOMAINS = ['domu01', 'domu02'] as const

/**
 * The two hosts of "SAN based EVMS-HA SLES 10 setup" (2007): each domU on a volume that both hosts see, and nothing that locks it. As the page
 * has it, there is no STONITH (ha-stacks.md §12).
 */
export const XEN: Scene<HeartbeatCrmModel> = {
  name: 'xen',
  summary:
    'Two Xen hosts on SLES 10 under Heartbeat 2 with its CRM: domu01 and domu02 on EVMS volumes, no fencing (simulated)',
  cluster: { name: 'xen', stack: 'heartbeat-crm', groups: { domu01: {}, domu02: {} } },
  nodes: NODES,
  services: DOMAINS,
  model: ground =>
    heartbeatCrmModel(
      {
        cib: xenCib,
        bmc: () => '',
        files: () => ({
          '/etc/ha.d/ha.cf': HA_CF,
          '/etc/ha.d/authkeys': { text: 'auth 1\n1 sha1 0f4b4e6f00010f4b4e6f00010f4b4e6f00010f4b\n', mode: 0o600 },
          '/var/lib/heartbeat/crm/cib.xml': { text: formatXml(xenCib()), mode: 0o600 },
        }),
        without: ['pvfs2-check-server'],
      },
      ground,
    ),
}

/** As the page prints it. */
const HA_CF = `autojoin any
crm true
auto_failback off 
ucast xenbr0 172.16.0.1
node dom0-1
node dom0-2
respawn root /sbin/evmsd
apiauth evms uid=hacluster,root
`

function xenCib(): Element {
  const options = { 'default-resource-stickiness': '200', 'is-managed-default': 'true' }
  const nodes = NODES.map((uname, index) =>
    element('node', { id: `5b7c1d2e-0a4f-4d7e-8c11-6f2a9b3e000${index + 1}`, uname, type: 'normal' }),
  )
  return element('cib', { admin_epoch: '0', epoch: '12', num_updates: '1', cib_feature_revision: '1.3' }, [
    element('configuration', {}, [
      element('crm_config', {}, [pairs('cluster_property_set', 'cib-bootstrap-options', options)]),
      element('nodes', {}, nodes),
      element('resources', {}, DOMAINS.map(domain)),
      element(
        'constraints',
        {},
        DOMAINS.map((id, index) => location(`run_${id}`, id, '100', NODES[index] ?? '')),
      ),
    ]),
    element('status'),
  ])
}

function domain(id: string): Element {
  return element('primitive', { id, class: 'ocf', type: 'Xen', provider: 'heartbeat' }, [
    pairs('instance_attributes', `${id}_iattr`, { xmfile: `/etc/xen/vm/${id}` }),
  ])
}
