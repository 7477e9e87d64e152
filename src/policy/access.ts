import type { Risk } from '../runbooks/schema.ts'

/** How many must agree, who, and for how long the question stands. */
export interface ApprovalRule {
  /** Approvers besides the requester. */
  readonly count: number
  /** Team names. */
  readonly from: readonly string[]
  readonly withinMs: number
  readonly confirm?: 'node-name'
}

/** What one cluster allows for one risk. `run` holds team names or `everyone`. */
export interface RiskRule {
  readonly run: readonly string[]
  readonly approve?: ApprovalRule
}

export type ClusterPolicy = Readonly<Record<Risk, RiskRule>>
