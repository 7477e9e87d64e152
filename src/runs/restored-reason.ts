import type { PlannedStep } from '../runbooks/plan.ts'
import type { ChangeStep } from './changes.ts'

export interface Left {
  /** The change that was under way, when all of its nodes say now that it succeeded. */
  readonly done: ChangeStep | undefined
  /** The steps that nobody has carried out. */
  readonly steps: readonly PlannedStep[]
  /** Who has the cluster instead of this run, in words; "" for nobody. */
  readonly taken: string
}

/** Why a run that Redis had lost does not go on by itself, and how far it had come. */
export function restoredReason({ done, steps, taken }: Left): string {
  const lost = 'Redis had lost this run and it was restored from the archive; nothing was begun since then'
  const known = done ? [`"${done.name}" succeeded`] : []
  const todo =
    steps.length > 0 ? `Still to do: ${steps.map(step => `"${step.name}"`).join(', ')}` : 'Every step is done'
  return [lost, ...known, taken ? `${todo}, but meanwhile ${taken}` : todo].join('. ')
}
