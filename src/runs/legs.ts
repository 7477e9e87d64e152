import type { RunState } from './state.ts'
import { isTakeOverWanted } from './take-over.ts'

/**
 * The number of the leg that comes next, or is under way. Legs are counted by how often people have let the run go on; what is left to do
 * behind the end (freeing a cluster) is one more, and so is taking the cluster from a run whose own leg may still be held by somebody.
 * Whoever nudges a worker asks for this number, so that one leg is one job.
 */
export function wantedLeg(state: RunState): number {
  return state.passes + (state.phase === 'finished' ? 2 : 1) + (isTakeOverWanted(state) ? 1 : 0)
}
