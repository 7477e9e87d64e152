import { type Directory, teamByName } from './people.ts'

/**
 * Who may approve is a list of alternatives. Each is a team (`oncall`), or several that a person must all be in (`oncall+storage`):
 * that is how "a team of the policy AND a team of the runbook" is written down in one list.
 */
const AND = '+'

/** The teams that one alternative names. */
export function teamsNamed(alternative: string): readonly string[] {
  return alternative.split(AND)
}

/** Alternatives that hold where both lists hold. Either list empty: the other one stands alone. */
export function bothOf(ours: readonly string[], theirs: readonly string[]): readonly string[] {
  if (ours.length === 0 || theirs.length === 0) return withoutNarrower([...ours, ...theirs])
  return withoutNarrower(ours.flatMap(one => theirs.map(other => joined([...teamsNamed(one), ...teamsNamed(other)]))))
}

function joined(teams: readonly string[]): string {
  return [...new Set(teams)].sort().join(AND)
}

/** `oncall` makes `oncall+storage` needless beside it. */
function withoutNarrower(alternatives: readonly string[]): readonly string[] {
  const distinct = [...new Set(alternatives)]
  return distinct.filter(one => !distinct.some(other => other !== one && covers(other, one)))
}

function covers(wider: string, narrower: string): boolean {
  const teams = teamsNamed(narrower)
  return teamsNamed(wider).every(team => teams.includes(team))
}

/** Whether this person is in all teams of at least one alternative, by the directory alone. */
export function isIn(directory: Directory, person: string, alternatives: readonly string[]): boolean {
  return alternatives.some(one => teamsNamed(one).every(team => isMember(directory, person, team)))
}

/**
 * The same, and in the Slack user group of each team that has one.
 * `slackGroups` holds the groups the person is in right now; what could not be looked up is not in it.
 */
export function isInNow(
  directory: Directory,
  person: string,
  alternatives: readonly string[],
  slackGroups: ReadonlySet<string>,
): boolean {
  const counts = (team: string) => isMember(directory, person, team) && inGroup(directory, team, slackGroups)
  return alternatives.some(one => teamsNamed(one).every(counts))
}

/** The Slack user groups whose membership decides about these alternatives: what a surface must look up before it asks. */
export function slackGroupsOf(directory: Directory, alternatives: readonly string[]): readonly string[] {
  const groups = alternatives.flatMap(teamsNamed).map(team => teamByName(directory, team)?.slackGroup)
  return [...new Set(groups.filter(group => group !== undefined))]
}

function isMember(directory: Directory, person: string, team: string): boolean {
  return teamByName(directory, team)?.members.includes(person) ?? false
}

function inGroup(directory: Directory, team: string, slackGroups: ReadonlySet<string>): boolean {
  const group = teamByName(directory, team)?.slackGroup
  return group === undefined || slackGroups.has(group)
}
