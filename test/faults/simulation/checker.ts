import { type Journals, journalsOf } from './checks/journals.ts'
import { liveness } from './checks/liveness.ts'
import { moves } from './checks/moves.ts'
import * as safety from './checks/safety.ts'
import type { World } from './world.ts'

export interface Violation {
  /** The invariant: I1 to I11, or `moves`. */
  readonly rule: string
  readonly what: string
}

/** Compares what the product says with what is true. Nothing of the product is used for it but its types. */
export const check = {
  liveness: (world: World): readonly Violation[] => liveness(world, journalsOf(world)),
  safety: (world: World) => {
    const journals = journalsOf(world)
    const checks = [...Object.values(safety), moves]
    const violations = checks.flatMap(one => [...one(world, journals)])
    return { violations, runs: journals.length, outcomes: outcomesOf(journals) }
  },
}

function outcomesOf(journals: Journals): Record<string, number> {
  const outcomes: Record<string, number> = {}
  for (const { entries } of journals) {
    const last = entries.findLast(({ event }) => event.type === 'finished' || event.type === 'refused')?.event
    const how = last === undefined ? 'open' : last.type === 'finished' ? last.outcome : 'refused'
    outcomes[how] = (outcomes[how] ?? 0) + 1
  }
  return outcomes
}
