import type { World } from '../../world.ts'
import { type MachineControl, playScene, type Scene, type SceneOptions } from '../scene.ts'
import { until } from '../until.ts'
import { type HeartbeatCrmControl, heartbeatCrmControl, type Snapshot } from './control.ts'
import type { HeartbeatCrmModel } from './model.ts'

export interface HeartbeatCrmWorld extends World {
  readonly control: HeartbeatCrmControl &
    MachineControl & {
      /** Resolves as soon as it holds; rejects after `timeoutMs` real ms and says what was waited for. */
      until(holds: (state: Snapshot) => boolean, what: string, timeoutMs?: number): Promise<Snapshot>
    }
}

/** SSH servers on loopback and a cluster under Heartbeat 2.1.3 behind them. Needs no root and no packages. */
export async function startHeartbeatCrmWorld(
  scene: Scene<HeartbeatCrmModel>,
  options: SceneOptions,
): Promise<HeartbeatCrmWorld> {
  const { world, model, machines } = await playScene(scene, options)
  const control = heartbeatCrmControl(model.live)
  const watched = { watchers: model.live.watchers, state: control.state }
  return {
    ...world,
    truth: group => `crm_resource -W -r ${group}`,
    control: {
      ...control,
      ...machines,
      until: async (holds, what, timeoutMs = 60_000) => await until(watched, holds, { what, timeoutMs }),
    },
  }
}
