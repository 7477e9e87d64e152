import type { Plan } from '../runbooks/plan.ts'
import type { Outcome } from './outcome.ts'

export interface Situation {
  readonly plan: Plan
  readonly outcome: Outcome
  readonly leftBehind: readonly string[]
  readonly changed: boolean
  readonly number: number
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
      if (!situation.changed) return [`nothing was changed; look: ${status}`]
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

/** A constraint that stays binds its group for good, until somebody removes it. */
function clearing({ plan, leftBehind }: Situation): string[] {
  const group = plan.inputs['group']
  const isBound = leftBehind.some(left => left.startsWith('constraint'))
  return isBound && group !== undefined ? [`remove the constraint: /ha clear ${group} on ${plan.cluster}`] : []
}
