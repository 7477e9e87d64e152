import { PVFS_GROUPS } from '../../lab/simulated/pacemaker/pvfs.ts'
import type { World } from '../../lab/world.ts'

/** The PVFS cluster as a configuration sees it: names and addresses, whatever stands behind them. Nothing is there to be ended. */
export function clusterOn(reached: Pick<World, 'nodes' | 'login' | 'knownHostsFile' | 'ledger'>): World {
  return {
    ...reached,
    name: 'bench',
    summary: 'PVFS, for measuring',
    cluster: { name: 'pvfs', stack: 'pacemaker', groups: PVFS_GROUPS },
    inspect: async () => {
      throw new Error('nobody looks at this cluster past ha-bot')
    },
    close: async () => undefined,
  }
}
