import { suggest } from '../clusters/suggest.ts'
import { type ApprovalRule, type ClusterPolicy, DEFAULT_POLICY, EVERYONE, type RiskRule } from '../policy/access.ts'
import { DEFAULT_WITHIN_MS } from '../policy/gate-rule.ts'
import type { Directory } from '../policy/people.ts'
import { stuckRequesters } from '../policy/satisfiable.ts'
import { RISKS, type Risk } from '../runbooks/schema.ts'
import { type Mistake, type Path, pathText } from './mistake.ts'
import type { ConfigFile, LooseFile, PolicyFile, RiskFile } from './schema.ts'

/** What each cluster allows. What a file leaves out is filled in by the safe default: nobody may, or one approver of those who may. */
export function policiesOf(file: ConfigFile): Readonly<Record<string, ClusterPolicy>> {
  return Object.fromEntries(Object.entries(file.clusters).map(([name, { policy }]) => [name, policyOf(policy ?? {})]))
}

function policyOf(policy: PolicyFile): ClusterPolicy {
  return {
    read: ruleOf('read', policy.read),
    disruptive: ruleOf('disruptive', policy.disruptive),
    destructive: ruleOf('destructive', policy.destructive),
  }
}

function ruleOf(risk: Risk, rule: RiskFile | undefined): RiskRule {
  if (!rule) return DEFAULT_POLICY[risk]
  if (risk === 'read' && !rule.approve) return { run: rule.run }
  return { run: rule.run, approve: approvalOf(risk, rule) }
}

/** `destructive` always asks to type the node's name. */
function approvalOf(risk: Risk, { run, approve }: RiskFile): ApprovalRule {
  const confirm = risk === 'destructive' ? 'node-name' : approve?.confirm
  return {
    count: approve?.count ?? 1,
    from: approve?.from ?? run.filter(team => team !== EVERYONE),
    withinMs: approve?.within ?? DEFAULT_WITHIN_MS,
    ...(confirm && { confirm }),
  }
}

type LooseRule = NonNullable<NonNullable<LooseFile['clusters'][string]['policy']>[Risk]>
interface Place {
  readonly risk: Risk
  readonly rule: LooseRule
  readonly path: Path
}

function rulesIn(file: LooseFile): readonly Place[] {
  return Object.entries(file.clusters).flatMap(([name, { policy }]) =>
    RISKS.flatMap(risk => {
      const rule = policy?.[risk]
      return rule ? [{ risk, rule, path: ['clusters', name, 'policy', risk] }] : []
    }),
  )
}

/** Teams that are named but not there. `known` are the teams in the file, those with mistakes included. */
export function checkPolicies(file: LooseFile, known: readonly string[]): readonly Mistake[] {
  return rulesIn(file).flatMap(({ rule, path }) => [
    ...unknownTeams(rule.run ?? [], [...path, 'run'], [...known, EVERYONE]),
    ...unknownTeams(rule.approve?.from ?? [], [...path, 'approve', 'from'], known),
  ])
}

function unknownTeams(teams: readonly string[], path: Path, known: readonly string[]): readonly Mistake[] {
  return teams.flatMap((team, index): readonly Mistake[] => {
    if (known.includes(team)) return []
    const at = [...path, index]
    if (team === EVERYONE) {
      return [
        { code: 'unknown-team', path: at, message: `${pathText(path)} cannot be everyone.`, next: 'Name a team.' },
      ]
    }
    const suggestion = suggest(team, known)
    const message = `${pathText(path)} names ${team}, which is not in teams.`
    return [{ code: 'unknown-team', path: at, message, ...(suggestion && { suggestion }) }]
  })
}

/** Rules under which somebody may ask, but never be answered. Only meaningful for a file whose people, teams and rules are right. */
export function checkSatisfiable(file: ConfigFile, directory: Directory): readonly Mistake[] {
  const policies = policiesOf(file)
  return Object.entries(policies).flatMap(([cluster, policy]) =>
    RISKS.flatMap(risk => unsatisfiable(['clusters', cluster, 'policy', risk], policy[risk], directory)),
  )
}

function unsatisfiable(path: Path, { run, approve }: RiskRule, directory: Directory): readonly Mistake[] {
  if (!approve) return []
  const [first, ...others] = stuckRequesters(directory, run, approve)
  if (!first) return []
  const who = others.length === 0 ? first.person : `${first.person} (and ${others.length} more)`
  const left = first.approvers.length === 0 ? 'nobody else' : `only ${first.approvers.join(', ')}`
  return [
    {
      code: 'never-approved',
      path,
      at: 'key',
      message: `${pathText(path)}: what ${who} asks for could never be approved: it needs ${approve.count} of ${approve.from.join(' or ') || 'no team'}, and there is ${left}.`,
      next: 'Add people to the team, name another one under approve.from, or lower count.',
    },
  ]
}
