import type { Problem } from '../problem.ts'
import type { RunState } from '../runs/state.ts'
import { clusterOf } from './may-speak.ts'
import type { DeskParts } from './parts.ts'

/** The journal has this run as the holder of its cluster; whether it truly is, is for the lease itself to say. */
export async function heldElsewhere(parts: DeskParts, state: RunState): Promise<readonly Problem[]> {
  const cluster = clusterOf(state)
  const holder = await parts.leases.holder(cluster)
  if (holder?.run === state.run) return []
  return [
    {
      code: 'lease-gone',
      message: `${cluster} is no longer held by #${state.number}: ${holder ? `#${holder.number} has it` : 'it is free'}.`,
      stillTrue: `What came of #${state.number} stays unknown.`,
      next: `Look: /ha status on ${cluster}. Then ask again: /ha ${state.request.text}`,
    },
  ]
}
