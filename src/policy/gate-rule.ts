import type { Risk } from '../runbooks/schema.ts'
import type { ApprovalRule, ClusterPolicy } from './access.ts'
import type { Directory } from './people.ts'
import { bothOf, isIn } from './team-expression.ts'

/** What an `approve` step of a runbook asks for by itself. */
export interface StepDemand {
  readonly count?: number | undefined
  readonly from?: readonly string[] | undefined
  /** Milliseconds. */
  readonly within?: number | undefined
  readonly confirm?: 'node-name' | undefined
}

/** How long a question stands where neither policy nor runbook says. */
export const DEFAULT_WITHIN_MS = 15 * 60_000

/**
 * The rule of a gate: of policy and runbook the stricter, in each respect. More approvers, the shorter time, a name to type if
 * either wants one, and an approver must be in a team of the policy AND in one of the step. Each override adds one approver.
 * An empty `from` means that nobody can approve: policy names no team for changes at all.
 */
export function gateRule(policy: ClusterPolicy, risk: Risk, step: StepDemand, overrides: number): ApprovalRule {
  const base = policy[risk].approve ?? policy.disruptive.approve ?? policy.destructive.approve
  const confirm = base?.confirm ?? step.confirm
  return {
    count: Math.max(base?.count ?? 1, step.count ?? 1) + overrides,
    from: base ? bothOf(base.from, step.from ?? []) : [],
    withinMs: Math.min(base?.withinMs ?? DEFAULT_WITHIN_MS, step.within ?? Number.POSITIVE_INFINITY),
    ...(confirm && { confirm }),
  }
}

/** Everybody who could approve what `requester` asks for, by the directory alone; sorted. */
export function eligibleApprovers(directory: Directory, from: readonly string[], requester: string): readonly string[] {
  const names = Object.keys(directory.people).filter(name => name !== requester)
  return names.filter(name => isIn(directory, name, from)).sort()
}
