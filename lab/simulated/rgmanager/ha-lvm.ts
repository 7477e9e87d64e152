import type { World } from '../../world.ts'
import { type Ground, type MachineControl, playScene, type Scene, type SceneOptions } from '../scene.ts'
import { until } from '../until.ts'
import { type RgmanagerControl, type RgmanagerSnapshot, rgmanagerControl } from './control.ts'
import { HA_LVM_CONF, HA_LVM_LVM_CONF } from './ha-lvm-conf.ts'
import { type RgmanagerModel, type RgmanagerScene, rgmanagerModel } from './model.ts'

/** Control over the cluster, over the machines and what reaches them, and over the nodes' files. */
export interface HaLvmControl extends RgmanagerControl, MachineControl {
  /** Resolves as soon as the condition holds; rejects after the limit, in real ms, and says what was waited for. */
  until(condition: (state: RgmanagerSnapshot) => boolean, what: string, timeoutMs: number): Promise<RgmanagerSnapshot>
  writeFile(node: string, path: string, text: string): void
  hasFile(node: string, path: string): boolean
}

export interface HaLvmWorld extends World {
  readonly control: HaLvmControl
}

/** Two servers, one volume: the cluster of the HA-LVM article. */
export const HA_LVM: RgmanagerScene = {
  clusterConf: HA_LVM_CONF,
  lvmConf: HA_LVM_LVM_CONF,
  volumes: { vg: 'shared_vg', lvs: ['ha_lv'], clustered: true, tag: '' },
}

export async function startHaLvm(options: SceneOptions, scene: RgmanagerScene = HA_LVM): Promise<HaLvmWorld> {
  let files: Ground['files'] | undefined
  const played: Scene<RgmanagerModel> = {
    name: 'ha-lvm',
    summary: 'HA-LVM on two servers under cman and rgmanager: service serv with its volume, fencing on (simulated)',
    cluster: { name: 'lvm-cluster', stack: 'rgmanager', groups: {} },
    nodes: ['serv-0001', 'serv-0002'],
    services: ['serv'],
    model(ground) {
      files = ground.files
      return rgmanagerModel(scene, ground)
    },
  }
  const { world, model, machines } = await playScene(played, options)
  const control = rgmanagerControl(model)
  const watched = { watchers: model.live.watchers, state: control.state }
  return {
    ...world,
    truth,
    control: {
      ...control,
      ...machines,
      until: async (condition, what, timeoutMs) => await until(watched, condition, { what, timeoutMs }),
      writeFile: (node, path, text) => files?.(node).write(path, text),
      hasFile: (node, path) => files?.(node).has(path) === true,
    },
  }
}

/** `service:serv serv-0002 started; its volume is mounted here`. */
function truth(group: string): string {
  const name = /^[\w.:-]+$/.test(group) ? group : ''
  return `clustat -s ${name} | awk 'END { printf "%s %s %s; ", $1, $2, $3 }'
if grep -q shared_vg </proc/mounts; then echo 'its volume is mounted here'; else echo 'its volume is not mounted here'; fi`
}
