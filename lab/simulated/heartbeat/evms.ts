import type { World } from '../../world.ts'
import { type MachineControl, playScene, type Scene, type SceneOptions } from '../scene.ts'
import type { HeartbeatControl } from './control.ts'
import { type HeartbeatModel, heartbeatModel } from './model.ts'
import { ps, type SpecialFile, statTool } from './tools/machine.ts'

/** A world of Heartbeat with haresources, with what can be done to it. */
export interface HeartbeatWorld extends World {
  readonly control: HeartbeatControl & MachineControl
}

const EVMS_NODES = ['n1', 'n2'] as const

/** "Configuring EVMS for a High-Availability Cluster": respawn lines as its step 2 writes them. Networks and STONITH are left to the Linux-HA documents. */
export const EVMS_HA_CF = `# Linux-HA, as the EVMS document asks for it
logfile /var/log/ha-log
keepalive 1
deadtime 30
initdead 60
bcast eth0 eth1
auto_failback off
node n1 n2
stonith_host n2 external/ipmi n1 192.168.5.11 haops dg-board-1 lanplus
stonith_host n1 external/ipmi n2 192.168.5.12 haops dg-board-1 lanplus
respawn haclient /usr/lib/heartbeat/ccm
respawn root /sbin/evmsd
`
const EVMS_HARESOURCES = `# private disk-groups of n1; they fail over together
n1 evms_failover::dg1 evms_failover::dg2
`

const FIFOS: readonly (readonly [string, SpecialFile])[] = [
  ['/var/lib/heartbeat/api/evms.req', { kind: 'fifo', mode: '400', owner: 'root:haclient' }],
  ['/var/lib/heartbeat/api/evms.rsp', { kind: 'fifo', mode: '600', owner: 'root:haclient' }],
]

const EVMS: Scene<HeartbeatModel> = {
  name: 'evms',
  summary:
    'EVMS disk-groups dg1 and dg2 on two nodes under Heartbeat with haresources: n1 has them, fencing on (simulated)',
  cluster: { name: 'evms', stack: 'heartbeat', groups: { dg1: { prefers: 'n1' } } },
  nodes: EVMS_NODES,
  services: ['dg1'],
  model: ground =>
    heartbeatModel(
      {
        nodes: EVMS_NODES,
        groups: [{ prefers: 'n1', resources: ['evms_failover::dg1', 'evms_failover::dg2'] }],
        links: ['eth0', 'eth1'],
        files: () => ({
          '/etc/ha.d/ha.cf': EVMS_HA_CF,
          '/etc/ha.d/haresources': EVMS_HARESOURCES,
          '/etc/ha.d/authkeys': { text: 'auth 1\n1 sha1 0f3a9c\n', mode: 0o600 },
          '/etc/rc3.d/S05boot.evms': '',
          '/etc/rc3.d/S75heartbeat': '',
        }),
        scripts: ['/etc/ha.d/resource.d/evms_failover'],
        tools: { stat: statTool(new Map(FIFOS)), ps: ps(['ccm', 'evmsd']) },
      },
      ground,
    ),
}

export async function startEvms(options: SceneOptions): Promise<HeartbeatWorld> {
  return await playHeartbeat(EVMS, options)
}

export async function playHeartbeat(scene: Scene<HeartbeatModel>, options: SceneOptions): Promise<HeartbeatWorld> {
  const { world, model, machines } = await playScene(scene, options)
  return { ...world, truth, control: { ...model.control, ...machines } }
}

/** Heartbeat's own word. */
function truth(): string {
  return `printf 'rscstatus %s\\n' "$(cl_status rscstatus)"`
}
