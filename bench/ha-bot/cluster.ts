import { PVFS_GROUPS } from '../../lab/simulated/pacemaker/pvfs.ts'
import type { World } from '../../lab/world.ts'
import type { Nodes } from '../ssh/nodes.ts'

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

/** The same on nodes with an sshd. */
export function worldOn({ nodes, ssh }: Pick<Nodes, 'nodes' | 'ssh'>): World {
  const { user, identityFile, knownHosts, ledger } = ssh
  return clusterOn({ nodes, login: { user, identityFile }, knownHostsFile: knownHosts, ledger })
}
