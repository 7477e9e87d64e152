import { holdsCluster } from './holds-cluster.ts'
import type { RunState } from './state.ts'
import { isTakeOverWanted } from './take-over.ts'

/** It is not known what came of it, it keeps its cluster, and nobody has said yet what shall become of that. */
export function waitsForLook(state: RunState): boolean {
  const isUnknown = state.phase === 'finished' && state.finished?.outcome === 'unknown'
  return isUnknown && holdsCluster(state) && state.stop?.afterEnd !== true && !isTakeOverWanted(state)
}

/** Why somebody else cannot have a cluster now, and how it can be had. `since` is ms by Redis TIME. */
export function heldBy(
  cluster: string,
  { number, since }: { readonly number: number; readonly since: number },
): string {
  const time = new Date(since).toISOString().slice(0, 19)
  return `${cluster} is held by #${number} since ${time}Z; see /ha show ${number}. If nobody gets on with it, two people can take ${cluster} from it: /ha take-over ${number} "why"`
}
