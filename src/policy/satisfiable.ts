import { type ApprovalRule, EVERYONE } from './access.ts'
import { eligibleApprovers } from './gate-rule.ts'
import type { Directory } from './people.ts'
import { isIn } from './team-expression.ts'

/** Somebody who may ask, but whose question too few could answer. */
export interface StuckRequester {
  readonly person: string
  /** Who could approve; fewer than the rule wants. */
  readonly approvers: readonly string[]
}

/** The people who may ask under `run` and could never get the approvals of `rule` (security-and-audit.md §5.3). */
export function stuckRequesters(
  directory: Directory,
  run: readonly string[],
  rule: Pick<ApprovalRule, 'count' | 'from'>,
): readonly StuckRequester[] {
  const people = Object.keys(directory.people).filter(name => run.includes(EVERYONE) || isIn(directory, name, run))
  const requesters = people.map(person => ({ person, approvers: eligibleApprovers(directory, rule.from, person) }))
  return requesters.filter(({ approvers }) => approvers.length < rule.count)
}
