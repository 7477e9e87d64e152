import { holdsCluster } from './holds-cluster.ts'
import type { RunState, Said } from './state.ts'

/** Nobody takes a cluster from a run alone. */
export const TAKE_OVER_PEOPLE = 2

/** The first word of each person who wants the cluster taken from this run. */
export function takeOverVoices({ takeOver }: RunState): readonly Said[] {
  return takeOver.filter((said, at) => takeOver.findIndex(one => one.speaker.person === said.speaker.person) === at)
}

/** Enough people want the cluster taken from this run, and that was not done yet. */
export function isTakeOverWanted(state: RunState): boolean {
  return takeOverVoices(state).length >= TAKE_OVER_PEOPLE && state.takenOver === undefined && holdsCluster(state)
}
