import type { Inventory } from '../../clusters/inventory.ts'
import type { ClusterPolicy } from '../../policy/access.ts'
import { gateRule } from '../../policy/gate-rule.ts'
import type { Directory } from '../../policy/people.ts'
import { stuckRequesters } from '../../policy/satisfiable.ts'
import type { Runbook } from '../../runbooks/schema.ts'
import { type Finding, ok } from './finding.ts'

export interface PolicyFacts {
  readonly inventory: Inventory
  readonly directory: Directory
  readonly policies: Readonly<Record<string, ClusterPolicy>>
  readonly runbooks: readonly Runbook[]
}

/** Whether what may be asked for can also be approved, the demands of the runbooks included. Without IO. */
export function policyFindings(facts: PolicyFacts): readonly Finding[] {
  const clusters = Object.keys(facts.inventory)
  if (clusters.length === 0) {
    return [{ level: 'broken', what: 'No cluster is configured.', next: 'Write one under clusters: in ha.yaml.' }]
  }
  const findings = [
    ...clusters.flatMap(cluster => clusterFindings(facts, cluster)),
    ...unreachablePeople(facts.directory),
  ]
  return findings.length > 0 ? findings : [ok('Whatever somebody may ask for can be approved by others.')]
}

function clusterFindings(facts: PolicyFacts, cluster: string): readonly Finding[] {
  const policy = facts.policies[cluster]
  if (!policy || (policy.disruptive.run.length === 0 && policy.destructive.run.length === 0)) {
    const next = `Set clusters.${cluster}.policy.disruptive.run in ha.yaml to the team that may.`
    return [{ level: 'weak', what: `Nobody may change anything on ${cluster}: its policy names no team.`, next }]
  }
  const stack = facts.inventory[cluster]?.stack
  const runbooks = facts.runbooks.filter(runbook => runbook.stack === stack)
  return runbooks.flatMap(runbook => runbookFindings(facts.directory, cluster, policy, runbook))
}

function runbookFindings(
  directory: Directory,
  cluster: string,
  policy: ClusterPolicy,
  { name, risk, steps }: Runbook,
): readonly Finding[] {
  const rules = steps.flatMap(step => (step.kind === 'approve' ? [gateRule(policy, risk, step, 0)] : []))
  return rules.flatMap(rule => {
    const [first] = stuckRequesters(directory, policy[risk].run, rule)
    if (!first) return []
    const there = first.approvers.length === 0 ? 'nobody' : first.approvers.join(', ')
    return [
      {
        level: 'weak' as const,
        what: `${name} on ${cluster} asks for ${rule.count} of ${rule.from.join(' or ') || 'no team'}; for ${first.person} there is ${there}.`,
        next: 'Add people to those teams; until then it is refused when it is asked for.',
      },
    ]
  })
}

function unreachablePeople({ people }: Directory): readonly Finding[] {
  const silent = Object.values(people).filter(({ slack, ssh }) => slack === undefined && ssh.length === 0)
  return silent.map(({ name }) => ({
    level: 'weak' as const,
    what: `${name} has neither a Slack id nor an SSH key, so nobody can speak as ${name}.`,
    next: `Give people.${name} one of them, or remove it.`,
  }))
}
