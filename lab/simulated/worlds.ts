import type { World } from '../world.ts'
import type { SceneOptions } from './scene.ts'
import { startSimulatedWorld } from './world.ts'

/** The simulated clusters by name, the demo's default first. A world is made of one file per stack and cluster beside this one. */
export const WORLDS: Readonly<Record<string, (options: SceneOptions) => Promise<World>>> = {
  'pvfs-pacemaker': options => startSimulatedWorld({ name: 'pvfs-pacemaker', ...options }),
}
