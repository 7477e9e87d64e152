import type { RunState } from './state.ts'

/** A run whose journal has it as the holder of its cluster. */
export type Holding = RunState & { readonly lease: NonNullable<RunState['lease']> }

/** The journal has this run as the holder of its cluster. */
export function holdsCluster(state: RunState): state is Holding {
  return state.lease !== undefined && !state.lease.released
}
