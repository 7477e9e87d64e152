import { fileURLToPath } from 'node:url'
import type { LabStack } from '../stack.ts'
import { GROUPS } from './groups.ts'
import { installPacemaker } from './install.ts'
import { missed, startGroups, waitForMembers } from './ready.ts'

/** Corosync and Pacemaker on three nodes. */
export const pacemakerStack: LabStack = {
  stack: 'pacemaker',
  summary: 'three nodes of real Pacemaker and Corosync; node3 is the spare',
  nodes: ['node1', 'node2', 'node3'],
  groups: GROUPS,
  daemons: fileURLToPath(new URL('daemons.sh', import.meta.url)),
  fromMachine: ['crm'],
  logs: [
    'var/log/corosync/console.log',
    'var/log/corosync/corosync.log',
    'var/log/pacemaker/console.log',
    'var/log/pacemaker/pacemaker.log',
  ],
  install: installPacemaker,
  missed,
  async settle(cluster, signal) {
    cluster.log('Waiting for quorum and a designated controller')
    await waitForMembers(cluster.nodes, signal)
    cluster.log('Starting the groups and waiting for the cluster to settle')
    await startGroups(cluster, signal)
  },
}
