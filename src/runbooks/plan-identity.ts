import type { PlannedScope } from './plan.ts'
import type { Planning } from './planning.ts'
import type { Step } from './schema.ts'

interface Identity {
  id: string
  name: string
  if?: string
  scope?: PlannedScope
}

/** What a planned step is known by. Inside a rolling the same step comes once for each node: id and name say which. */
export function identity(step: Pick<Step, 'id' | 'name' | 'if'>, { place }: Pick<Planning, 'place'>): Identity {
  const name = step.name ?? step.id
  return {
    id: `${place?.prefix ?? ''}${step.id}`,
    name: place?.turn ? `${place.turn.node}: ${name}` : name,
    ...(step.if !== undefined && { if: step.if }),
    ...(place && { scope: place }),
  }
}

/** The step that stands for the `if` of all steps of a block: it does nothing, and they are skipped when it is. */
export function opener(step: Pick<Step, 'id' | 'name' | 'if'>, planning: Pick<Planning, 'place'>) {
  return step.if === undefined ? [] : [{ kind: 'pause' as const, ...identity(step, planning), forMs: 0 }]
}
