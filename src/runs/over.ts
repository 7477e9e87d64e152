import { owesRelease } from './closing.ts'
import type { Entry } from './events.ts'
import { holdsCluster } from './holds-cluster.ts'
import type { RunState } from './state.ts'
import { isTakeOverWanted } from './take-over.ts'

/** A worker is wanted. A person's word is work too: it closes a gate, ends a request, frees a cluster, or takes it from this run. */
export function hasWork(state: RunState): boolean {
  if (isTakeOverWanted(state)) return true
  if (state.phase === 'waiting') return state.stop !== undefined
  return state.phase !== 'finished' || owesRelease(state)
}

/** Nothing follows by itself any more: no worker needs to look at it. A cluster may still be held for a person to look at. */
export function isAtRest(state: RunState): boolean {
  return state.phase === 'finished' && !hasWork(state)
}

/** It has ended and holds no cluster: an emptied Redis need not learn of it again. */
export function isOver(state: RunState): boolean {
  return state.phase === 'finished' && !holdsCluster(state)
}

/** Events that can be the last one of a run that is over. */
const LAST: ReadonlySet<string> = new Set(['finished', 'refused', 'lease-released', 'taken-over'])

/** A run that ends with this entry may be over: worth folding all of it. */
export function mayBeOver(last: Entry): boolean {
  return LAST.has(last.event.type)
}

/** The epochs that these entries were given, by cluster, the highest of each. */
export function epochsIn(entries: readonly Entry[]): ReadonlyMap<string, number> {
  const highest = new Map<string, number>()
  for (const { event } of entries) {
    if (event.type !== 'lease-taken' && event.type !== 'taken-over') continue
    highest.set(event.cluster, Math.max(highest.get(event.cluster) ?? 0, event.epoch))
  }
  return highest
}

/** When the lease that a run holds was taken, by Redis TIME in ms; 0 when it holds none. */
export function heldSince(entries: readonly Entry[]): number {
  return entries.findLast(entry => entry.event.type === 'lease-taken')?.at ?? 0
}
