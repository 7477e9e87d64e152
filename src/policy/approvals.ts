import { bad, good, type Problem, type Result } from '../problem.ts'
import { type GateDecision, type GateResult, type GateView, gateResult } from './gate.ts'
import { type Person, teamsOf } from './people.ts'
import * as refusals from './refusals.ts'
import { isIn, isInNow } from './team-expression.ts'

export interface Judgement extends GateView {
  /** Number of the run, for the answer. */
  readonly number: number
  /** Who decides; undefined for an account or key that belongs to nobody in the configuration. */
  readonly person: Person | undefined
  /** The Slack user groups (`slackGroupsOf`) this person is in right now. What could not be looked up is left out: it refuses. */
  readonly slackGroups: ReadonlySet<string>
  readonly decision: 'approve' | 'deny'
  /** Digest of the plan the person was shown. */
  readonly digest: string
  /** What the person typed where the gate asks for a name. */
  readonly confirm: string
}

/**
 * Whether a decision counts (security-and-audit.md §5.3). Good: what the gate becomes once it is journalled, `open` when
 * more must agree. Refusals are for the person alone. Checked at the click, and by `gateResult` again before the leg.
 */
export function judgeDecision(judgement: Judgement): Result<GateResult> {
  const { person } = judgement
  if (!person) return bad(refusals.stranger())
  const problem = closedAlready(judgement) ?? notTheirs(judgement, person) ?? notThisPlan(judgement)
  return problem ? bad(problem) : good(resultWith(judgement, person))
}

function closedAlready(judgement: Judgement): Problem | undefined {
  const { number, gate } = judgement
  const result = gateResult(judgement)
  if (result === 'open') return undefined
  if (result === 'approved' || result === 'denied') {
    const decision = result === 'approved' ? 'approve' : 'deny'
    return refusals.alreadyDecided(number, result, gate.decisions.filter(one => one.decision === decision).at(-1))
  }
  if (result === 'void') return refusals.voided(number, gate.reason ?? '')
  return result === 'expired'
    ? refusals.expired(number, gate.expiresAt)
    : refusals.closed(number, result, gate.closedAt)
}

function notTheirs({ gate, requester, directory, slackGroups }: Judgement, person: Person): Problem | undefined {
  if (person.name === requester) return refusals.ownRequest(gate.from)
  if (!isIn(directory, person.name, gate.from)) return refusals.notInTeam(gate.from, teamsOf(directory, person.name))
  if (!isInNow(directory, person.name, gate.from, slackGroups)) return refusals.notInSlackGroup(gate.from)
  const earlier = gate.decisions.find(one => one.speaker.person === person.name)
  return earlier && refusals.decidedBefore(earlier)
}

/** A denial needs no name typed, and a denial of an older plan still means no. */
function notThisPlan({ gate, number, decision, digest, confirm }: Judgement): Problem | undefined {
  if (decision === 'deny') return undefined
  if (digest !== gate.digest) return refusals.otherPlan(number)
  return gate.confirm === '' || confirm.trim() === gate.confirm ? undefined : refusals.wrongName(gate.confirm, confirm)
}

function resultWith(judgement: Judgement, person: Person): GateResult {
  const { gate, decision, now } = judgement
  const added: GateDecision = {
    decision,
    digest: gate.digest,
    at: now,
    speaker: { person: person.name, name: person.name },
  }
  return gateResult({ ...judgement, gate: { ...gate, decisions: [...gate.decisions, added] } })
}
