import type { World } from '../world.ts'
import { startEvms } from './heartbeat/evms.ts'
import { startOpengfs } from './heartbeat/opengfs.ts'
import { PVFS } from './heartbeat-crm/pvfs.ts'
import { startHeartbeatCrmWorld } from './heartbeat-crm/world.ts'
import { XEN } from './heartbeat-crm/xen.ts'
import { startHaLvm } from './rgmanager/ha-lvm.ts'
import type { SceneOptions } from './scene.ts'
import { startSimulatedWorld } from './world.ts'

/** The simulated clusters by name, the demo's default first. A world is made of one file per stack and cluster beside this one. */
export const WORLDS: Readonly<Record<string, (options: SceneOptions) => Promise<World>>> = {
  'pvfs-pacemaker': options => startSimulatedWorld({ name: 'pvfs-pacemaker', ...options }),
  pvfs: options => startHeartbeatCrmWorld(PVFS, options),
  xen: options => startHeartbeatCrmWorld(XEN, options),
  'ha-lvm': options => startHaLvm(options),
  evms: startEvms,
  opengfs: startOpengfs,
}
