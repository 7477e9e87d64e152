/** A human being, whatever the number of accounts. */
export interface Person {
  readonly name: string
  /** Slack member id, `U…` or `W…`. */
  readonly slack?: string
  /** Public keys in OpenSSH format, one line each. */
  readonly ssh: readonly string[]
}

export interface Team {
  readonly name: string
  /** Names of people. */
  readonly members: readonly string[]
  /** Slack user group; when given, a member must be in it too at the moment it counts. */
  readonly slackGroup?: string
}

export interface Directory {
  readonly people: Readonly<Record<string, Person>>
  readonly teams: Readonly<Record<string, Team>>
}

export function personByName(directory: Directory, name: string): Person | undefined {
  return Object.hasOwn(directory.people, name) ? directory.people[name] : undefined
}

/** Who a Slack member id belongs to; undefined for accounts nobody wrote down. */
export function personBySlack(directory: Directory, slackId: string): Person | undefined {
  return Object.values(directory.people).find(person => person.slack !== undefined && person.slack === slackId)
}

export function teamByName(directory: Directory, name: string): Team | undefined {
  return Object.hasOwn(directory.teams, name) ? directory.teams[name] : undefined
}

/** Names of the teams a person is in, sorted. */
export function teamsOf(directory: Directory, name: string): readonly string[] {
  const teams = Object.values(directory.teams).filter(team => team.members.includes(name))
  return teams.map(team => team.name).sort()
}
