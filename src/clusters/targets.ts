import { bad, good, type Result } from '../problem.ts'
import { unfitBecause } from './health.ts'
import type { Cluster } from './inventory.ts'
import { entry, groupOf, nodeOf } from './lookup.ts'
import type { ClusterStatus } from './status.ts'

export interface Target {
  readonly node: string
  /** For the plan: `spare: online, runs no group`. */
  readonly why: string
}

/**
 * Where a group should go when nobody named a node (ha-stacks.md §9.6). Candidates are the inventory's nodes, without the owner
 * and without those that cannot take it, lack a fence device while fencing is on, or have it failed or banned there. Among them:
 * 1. the node that the inventory says the group `prefers`, if it is not the owner: a person wrote that down for this purpose.
 *    Location scores in the cluster do not count here: they say where a group belongs when all is well, and that is most often
 *    the node it must now leave;
 * 2. a spare, which runs no group (clones and bundles run everywhere and do not count);
 * 3. the node with the fewest groups; 4. the first by name, so that the answer is always the same.
 */
export function bestTarget(status: ClusterStatus, cluster: Cluster, group: string): Result<Target> {
  const owner = groupOf(status, group)?.node ?? ''
  const others = Object.keys(cluster.nodes).filter(name => name !== owner)
  const candidates = others.filter(name => excludedBecause(status, name, group).length === 0)
  const prefers = entry(cluster.groups, group)?.prefers
  if (prefers !== undefined && candidates.includes(prefers)) {
    return good({ node: prefers, why: `preferred: the inventory names it for ${group}` })
  }
  const [best] = candidates
    .map(node => ({ node, load: loadOf(status, node) }))
    .sort((a, b) => a.load - b.load || (a.node < b.node ? -1 : 1))
  return best
    ? good({ node: best.node, why: reason(best.load) + passedOver(status, group, others, best.load) })
    : bad(noTarget(status, group, others))
}

function excludedBecause(status: ClusterStatus, node: string, group: string): readonly string[] {
  const unfit = unfitBecause(status, node, group)
  if (unfit.length > 0 || !status.fencing.enabled || nodeOf(status, node)?.fenceable) return unfit
  return ['no fence device covers it, although fencing is on']
}

function loadOf(status: ClusterStatus, node: string): number {
  const movable = (name: string) => ['group', 'resource'].includes(groupOf(status, name)?.kind ?? '')
  return nodeOf(status, node)?.groups.filter(movable).length ?? 0
}

function reason(load: number): string {
  if (load === 0) return 'spare: online, runs no group'
  return `no spare; it runs the fewest groups (${load})`
}

/** An idle node that is not taken: whoever reads "no spare" would look for the reason. */
function passedOver(status: ClusterStatus, group: string, others: readonly string[], load: number): string {
  if (load === 0) return ''
  const idle = others.find(node => loadOf(status, node) === 0 && nodeOf(status, node)?.online === true)
  const because = idle === undefined ? [] : excludedBecause(status, idle, group)
  return because.length > 0 ? `; ${idle} is left out: ${because.join('; ')}` : ''
}

function noTarget(status: ClusterStatus, group: string, others: readonly string[]) {
  const lines = others.map(node => `${node}: ${excludedBecause(status, node, group).join('; ')}`)
  return {
    code: 'no-target',
    message: `No other node of ${status.cluster} can take ${group} now.`,
    ...(lines.length > 0 ? { excerpt: lines.join('\n') } : {}),
    stillTrue: 'Nothing was changed.',
    next: 'Mend one of the nodes, or name a node yourself to see what stands against it.',
  }
}
