import { bad, good, type Problem, type Result } from '../problem.ts'
import type { Risk } from '../runbooks/schema.ts'
import { type Directory, type Person, teamsOf } from './people.ts'
import { isIn } from './team-expression.ts'

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

/** In `run`: whoever can speak to ha-bot. For changes it still has to be somebody of `people`. */
export const EVERYONE = 'everyone'

/**
 * What holds for a cluster whose file says nothing: everyone may look, nobody may change anything.
 * Safe by default: who may move production is something a person has to have written down.
 */
export const DEFAULT_POLICY: ClusterPolicy = {
  read: { run: [EVERYONE] },
  disruptive: { run: [] },
  destructive: { run: [] },
}

export interface RunQuestion {
  readonly cluster: string
  readonly policy: ClusterPolicy
  readonly directory: Directory
  /** Undefined: an account or key that belongs to nobody in the configuration. */
  readonly person: Person | undefined
  readonly risk: Risk
}

/**
 * Whether a person may ask for runbooks of this risk on this cluster.
 * A change needs a known person even where `everyone` may: else a second account could approve the first.
 */
export function mayRun(question: RunQuestion): Result<true> {
  const { policy, directory, person, risk } = question
  const teams = policy[risk].run
  const everyone = teams.includes(EVERYONE)
  if (everyone && risk === 'read') return good(true)
  if (teams.length === 0) return bad(nobodyMay(question))
  if (!person) return bad(stranger(question))
  if (everyone || isIn(directory, person.name, teams)) return good(true)
  return bad(notInTeam(question, person))
}

function nobodyMay({ cluster, risk }: RunQuestion): Problem {
  return {
    code: 'nobody-may-run',
    message: `Nobody may run ${risk} runbooks on ${cluster}: its policy names no team for them.`,
    stillTrue: 'Nothing will run.',
    next: `Whoever runs ha-bot sets clusters.${cluster}.policy.${risk}.run in ha.yaml.`,
  }
}

function stranger({ cluster, risk, policy }: RunQuestion): Problem {
  return {
    code: 'unknown-person',
    message: `Only ${teamList(policy[risk].run)} may run ${risk} runbooks on ${cluster}, and you are nobody that ha-bot knows.`,
    stillTrue: 'Nothing will run.',
    next: 'Whoever runs ha-bot adds you to people and to a team in ha.yaml.',
  }
}

function notInTeam({ cluster, risk, policy, directory }: RunQuestion, person: Person): Problem {
  const mine = teamsOf(directory, person.name)
  return {
    code: 'not-in-team',
    message: `Only ${teamList(policy[risk].run)} may run ${risk} runbooks on ${cluster}. ${youAreIn(mine)}`,
    stillTrue: 'Nothing will run.',
    next: 'Ask one of them to do it.',
  }
}

/** Which teams somebody is in, said to them. */
export function youAreIn(teams: readonly string[]): string {
  return teams.length === 0 ? 'You are in no team.' : `You are in: ${teams.join(', ')}.`
}

/** `oncall`, `oncall or storage`, `people of the configuration`. */
export function teamList(teams: readonly string[]): string {
  return teams.includes(EVERYONE) ? 'people of the configuration' : teams.join(' or ')
}
