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
