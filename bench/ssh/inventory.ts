import type { Inventory } from '../../src/clusters/inventory.ts'
import type { Nodes } from './nodes.ts'

/** The one cluster that is measured without a configuration. */
export const CLUSTER = 'c'

export function inventoryOf({ nodes, ssh }: Pick<Nodes, 'nodes' | 'ssh'>): Inventory {
  const byName = Object.fromEntries(nodes.map(node => [node.name, node]))
  return { [CLUSTER]: { name: CLUSTER, stack: 'pacemaker', groups: {}, ssh, nodes: byName } }
}
