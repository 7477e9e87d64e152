import type { Plan, PlannedStep } from '../runbooks/plan.ts'
import type { Outcome } from './outcome.ts'

export interface Situation {
  readonly plan: Plan
  readonly outcome: Outcome
  readonly leftBehind: readonly string[]
  readonly changed: boolean
  readonly number: number
  /** The step it ended on, if it did not get through. */
  readonly step?: PlannedStep | undefined
}

/** What a person can do next, most useful first. */
export function nextSteps(situation: Situation): string[] {
  const { plan, outcome, number } = situation
  const status = `/ha status on ${plan.cluster}`
  switch (outcome) {
    case 'succeeded':
      return []
    case 'unknown':
      return [
        `look at the cluster: ${status}`,
        `ask the node again what became of it, and go on if that is clear: /ha resume ${number}`,
        `it is done, you have seen it: /ha mark-done ${number} "what you saw"`,
        `nothing further will run; ${plan.cluster} stays held by #${number} until someone who has looked says: /ha stop ${number}`,
      ]
    case 'failed':
      if (!situation.changed) return [`nothing was changed; look: ${status}`, ...overriding(situation)]
      return [`mend what failed, then look: ${status}`, ...clearing(situation)]
    case 'cancelled':
      return situation.changed ? [`look at what was done so far: ${status}`, ...clearing(situation)] : []
    case 'errored':
    case 'timed-out':
      return [`nothing was changed; when the cause is mended, ask again: /ha ${plan.command}`]
    case 'refused':
    case 'expired':
      return [`ask again: /ha ${plan.command}`]
    case 'denied':
      return []
  }
}

/** How to go past a check that somebody who knows better may go past. */
function overriding({ plan, step }: Situation): string[] {
  if (step?.kind !== 'check' || !step.overridable || step.override !== undefined) return []
  const command = `/ha ${plan.command} override ${step.id} because "…"`
  return [`if you know better than this check, say why, and one more person must agree: ${command}`]
}

/** A constraint that stays binds its group for good, until somebody removes it. */
function clearing({ plan, leftBehind }: Situation): string[] {
  const group = plan.inputs['group']
  const isBound = leftBehind.some(left => left.startsWith('constraint'))
  return isBound && group !== undefined ? [`remove the constraint: /ha clear ${group} on ${plan.cluster}`] : []
}
