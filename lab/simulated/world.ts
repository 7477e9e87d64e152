import type { World } from '../world.ts'
import type { Snapshot } from './pacemaker/control.ts'
import { type ClusterControl, clusterControl } from './pacemaker/control.ts'
import { pacemakerModel } from './pacemaker/model.ts'
import { corosyncConf, PVFS_GROUPS, PVFS_NODES, pvfsCib } from './pacemaker/pvfs.ts'
import { type MachineControl, playScene, type Scene } from './scene.ts'
import { type UntilOptions, until } from './until.ts'

export interface SimulatedWorldOptions {
  readonly name: 'pvfs-pacemaker'
  /** Receives known_hosts, the client's key and scratch; removed again at close. */
  readonly folder: string
  /** 1 = realistic seconds (default), 0.05 = twenty times as fast. */
  readonly pace?: number
}

/** Control over the cluster, and over the machines and what reaches them. */
export interface WorldControl extends ClusterControl, MachineControl {
  /** Resolves as soon as the condition holds; rejects after the limit and says what was waited for. */
  until(condition: (state: Snapshot) => boolean, options: UntilOptions): Promise<Snapshot>
}

export interface SimulatedWorld extends World {
  readonly control: WorldControl
}

const PVFS: Scene<ReturnType<typeof pacemakerModel>> = {
  name: 'pvfs-pacemaker',
  summary: 'PVFS on five nodes under Pacemaker 2.1.5: server0 to server3, node5 the spare, fencing on (simulated)',
  cluster: { name: 'pvfs', stack: 'pacemaker', groups: PVFS_GROUPS },
  nodes: PVFS_NODES,
  services: Object.keys(PVFS_GROUPS),
  model: ({ clock, machines, files }) => {
    for (const node of PVFS_NODES) {
      files(node).write('/etc/corosync/corosync.conf', corosyncConf())
      files(node).write('/proc/mounts', '/dev/sda2 / ext4 rw,relatime 0 0\n')
    }
    return pacemakerModel(pvfsCib(clock.now()), clock, machines)
  },
}

/** Five SSH servers on loopback and the PVFS cluster under Pacemaker 2.1.5 behind them. Needs no root and no packages. */
export async function startSimulatedWorld(options: SimulatedWorldOptions): Promise<SimulatedWorld> {
  const { world, model, machines } = await playScene(PVFS, options)
  const control = clusterControl(model.live)
  const watched = { watchers: model.live.watchers, state: control.state, describe }
  return {
    ...world,
    control: {
      ...control,
      ...machines,
      until: async (condition, limits) => await until(watched, condition, limits),
    },
  }
}

function describe({ controller, settled }: Snapshot): string {
  return `controller ${controller}, settled ${settled}`
}
