import { fileURLToPath } from 'node:url'
import type { LabStack } from '../stack.ts'
import { GROUPS, NODES } from './haresources.ts'
import { installHeartbeat } from './install.ts'
import { missed, waitForOwners } from './ready.ts'

/** Heartbeat 3.0.6 with haresources, its CRM off, on two nodes. */
export const heartbeatStack: LabStack = {
  stack: 'heartbeat',
  summary: 'two nodes of real Heartbeat with haresources',
  nodes: NODES,
  groups: GROUPS,
  daemons: fileURLToPath(new URL('daemons.sh', import.meta.url)),
  fromMachine: ['ha.d', 'lsb-release'],
  logs: ['var/log/ha-log'],
  truth: () => `printf 'rscstatus %s\\n' "$(cl_status rscstatus)"`,
  install: installHeartbeat,
  missed,
  async settle(cluster, signal) {
    cluster.log('Waiting for both nodes to be active and the group to run')
    await waitForOwners(cluster.nodes, signal)
  },
}
