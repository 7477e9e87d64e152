import type { Directory } from './people.ts'
import { isIn } from './team-expression.ts'

/** A decision as the journal has it. */
export interface GateDecision {
  readonly decision: 'approve' | 'deny'
  readonly speaker: { readonly person: string; readonly name: string }
  readonly digest: string
  /** Redis TIME in ms. */
  readonly at: number
}

/** What a gate is, as far as judging goes; `GateState` of a run is one. */
export interface Gate {
  readonly digest: string
  /** Approvers besides the requester. */
  readonly count: number
  readonly from: readonly string[]
  /** What an approver must type; "" when nothing. */
  readonly confirm: string
  /** Redis TIME in ms. */
  readonly expiresAt: number
  readonly decisions: readonly GateDecision[]
  /** Set once the gate is closed. */
  readonly result?: ClosedResult
  readonly closedAt?: number
  /** Why it was closed, in words; of a void one what has changed. */
  readonly reason?: string
}

export type ClosedResult = 'approved' | 'denied' | 'expired' | 'void' | 'cancelled'
export type GateResult = 'open' | ClosedResult

export interface GateView {
  readonly gate: Gate
  /** Name of the person who asked. */
  readonly requester: string
  readonly directory: Directory
  /** Redis TIME in ms. */
  readonly now: number
}

/**
 * What the journal says about a gate. Nothing recorded is taken on trust: an approval counts once per person, for this very plan,
 * in time, from somebody who is still eligible and is not the requester. A denial counts whoever's it is.
 */
export function gateResult(view: GateView): GateResult {
  const { gate, now } = view
  if (gate.result) return gate.result
  if (gate.decisions.some(one => one.decision === 'deny')) return 'denied'
  if (countedApprovers(view).length >= Math.max(1, gate.count)) return 'approved'
  return now >= gate.expiresAt ? 'expired' : 'open'
}

/** Names of the people whose approval counts, in the order they gave it. */
export function countedApprovers({ gate, requester, directory }: Omit<GateView, 'now'>): readonly string[] {
  const counted = gate.decisions.filter(
    one =>
      one.decision === 'approve' &&
      one.digest === gate.digest &&
      one.at < gate.expiresAt &&
      one.speaker.person !== requester &&
      isIn(directory, one.speaker.person, gate.from),
  )
  return [...new Set(counted.map(one => one.speaker.person))]
}
