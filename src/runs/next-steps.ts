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
        `look at the cluster yourself: ${status}`,
        `nothing further will run; ${plan.cluster} stays held by #${number} until someone who has looked says: /ha stop ${number}`,
      ]
    case 'failed':
      return situation.changed ? [`mend what failed, then look: ${status}`] : [`nothing was changed; look: ${status}`]
    case 'cancelled':
      return situation.changed ? [`look at what was done so far: ${status}`] : []
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
