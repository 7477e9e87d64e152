import type { Cluster } from '../clusters/inventory.ts'
import { closeHopeless } from '../runs/closing.ts'
import type { EnginePorts, LegSurroundings } from '../runs/course.ts'
import type { RunEvent } from '../runs/events.ts'
import type { RunState } from '../runs/state.ts'
import { endUnresolved } from './giving-up.ts'

/**
 * Takes a cluster from a run. First the epoch grows, then every node is told, and only then is looked at what the run had under way: an
 * operation of the old epoch that is claimed later is refused by its node (ssh-and-remote-execution.md §3.4).
 */
export async function* takeOver(
  ports: EnginePorts,
  run: RunState,
  cluster: Cluster,
  leg: LegSurroundings,
): AsyncGenerator<RunEvent, void> {
  if (!run.lease) return
  const epoch = await ports.leases.bump(cluster.name, run.run)
  const nodes = Object.keys(cluster.nodes)
  const answers = await Promise.all(nodes.map(node => ports.operations.fence(cluster.name, node, epoch, leg.detach)))
  yield* endUnresolved(ports, run, leg)
  if (run.phase !== 'finished') yield* closeHopeless(run, 'the cluster was taken from it')
  const fenced = nodes.filter((_, index) => answers[index]?.ok === true)
  const silent = nodes.filter(node => !fenced.includes(node))
  yield { type: 'taken-over', cluster: cluster.name, epoch, fenced, silent }
}
