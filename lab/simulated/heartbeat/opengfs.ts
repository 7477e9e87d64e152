import type { Scene, SceneOptions } from '../scene.ts'
import { type HeartbeatWorld, playHeartbeat } from './evms.ts'
import { type HeartbeatModel, heartbeatModel } from './model.ts'
import { ip, ps, statTool } from './tools/machine.ts'

const OPENGFS_NODES = ['fred', 'barney'] as const
const ADDRESSES: Readonly<Record<string, string>> = { fred: '192.168.1.1', barney: '192.168.1.2' }

/** "OpenGFS failover working": a serial and a net heartbeat, and everything else as Heartbeat has it by default; STOMITH is a person. */
const HA_CF = `# see the heartbeat documentation
logfile /var/log/ha-log
keepalive 1
deadtime 30
initdead 60
serial /dev/ttyS0
bcast eth0
auto_failback off
node fred barney
`

function haresources(node: string): string {
  return `fred 192.168.1.100 memexpd \\
  Filesystem::/dev/sda3::/ogfs::ogfs::hostdata=${ADDRESSES[node]} smb
`
}

/** The resources as the preferred node writes them: the mount takes each node's own address. */
const RESOURCES = ['192.168.1.100', 'memexpd', 'Filesystem::/dev/sda3::/ogfs::ogfs::hostdata=192.168.1.1', 'smb']

const OPENGFS: Scene<HeartbeatModel> = {
  name: 'opengfs',
  summary:
    'OpenGFS with its lock server and Samba on fred, barney the other node, Heartbeat with haresources (simulated)',
  cluster: { name: 'opengfs', stack: 'heartbeat', groups: { '192.168.1.100': { prefers: 'fred' } } },
  nodes: OPENGFS_NODES,
  services: ['192.168.1.100'],
  model: ground =>
    heartbeatModel(
      {
        nodes: OPENGFS_NODES,
        groups: [{ prefers: 'fred', resources: RESOURCES }],
        links: ['/dev/ttyS0', 'eth0'],
        files: node => ({
          '/etc/ha.d/ha.cf': HA_CF,
          '/etc/ha.d/haresources': haresources(node),
          '/etc/ha.d/authkeys': { text: 'auth 1\n1 crc\n', mode: 0o600 },
        }),
        scripts: [
          '/etc/ha.d/resource.d/IPaddr',
          '/etc/ha.d/resource.d/memexpd',
          '/etc/ha.d/resource.d/Filesystem',
          '/etc/init.d/smb',
        ],
        tools: { stat: statTool(new Map()), ps: ps([]), ip: ip(ADDRESSES) },
      },
      ground,
    ),
}

export async function startOpengfs(options: SceneOptions): Promise<HeartbeatWorld> {
  return await playHeartbeat(OPENGFS, options)
}
