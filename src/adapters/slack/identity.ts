import type { WebClient } from '@slack/web-api'
import { bad, good, type Result } from '../../problem.ts'
import type { Clock } from '../../runs/ports.ts'
import { call } from './calls.ts'
import { identityUnknown, notEligible } from './problems.ts'

/** Who somebody is right now, asked of Slack at the click; any doubt refuses (slack-platform.md §4.4, rows 4 to 9 and 13). */
export interface Identity {
  /** A full, living, human member of our workspace, or why not. `terminal` is what they can type elsewhere meanwhile. */
  check(user: string, terminal: string): Promise<Result<undefined>>
  /** Whether the user is in the user group; throws away what it knew about the group when told to. */
  membership(): Membership
  /** Somebody joined or left a group. */
  forget(): void
}

/** One click's look at groups: false when in doubt, and `failed` then says so. */
interface Membership {
  inGroup(group: string, user: string): Promise<boolean>
  failed(): string | undefined
}

const CACHE_MS = 60_000

interface SlackUser {
  readonly id?: string
  readonly team_id?: string
  readonly deleted?: boolean
  readonly is_bot?: boolean
  readonly is_app_user?: boolean
  readonly is_restricted?: boolean
  readonly is_ultra_restricted?: boolean
  readonly is_stranger?: boolean
}

export function createIdentity(client: WebClient, teamId: string, clock: Clock): Identity {
  const groups = new Map<string, { at: number; users: ReadonlySet<string> }>()

  async function users(group: string): Promise<ReadonlySet<string> | string> {
    const known = groups.get(group)
    if (known && clock.monotonic() - known.at < CACHE_MS) return known.users
    const called = await call(() => client.usergroups.users.list({ usergroup: group }))
    if (called.kind !== 'ok') return called.kind === 'limited' ? 'rate limited' : called.error
    const now = new Set(called.value.users ?? [])
    groups.set(group, { at: clock.monotonic(), users: now })
    return now
  }

  return {
    async check(user, terminal) {
      const called = await call(() => client.users.info({ user }))
      if (called.kind === 'limited') return bad(identityUnknown('rate limited', terminal))
      if (called.kind === 'refused' && called.error === 'user_not_found')
        return bad(notEligible('Slack does not know you'))
      if (called.kind !== 'ok') return bad(identityUnknown(called.error, terminal))
      const because = called.value.user ? objection(called.value.user, user, teamId) : 'Slack does not know you'
      return because ? bad(notEligible(because)) : good(undefined)
    },
    membership() {
      let failed: string | undefined
      return {
        async inGroup(group, user) {
          const members = await users(group)
          if (typeof members !== 'string') return members.has(user)
          failed = `${group}: ${members}`
          return false
        },
        failed: () => failed,
      }
    },
    forget: () => groups.clear(),
  }
}

function objection(user: SlackUser, asked: string, teamId: string): string | undefined {
  if (user.id !== asked) return 'Slack answered about somebody else'
  if (user.deleted) return 'this account is deactivated'
  if (user.is_bot || user.is_app_user) return 'this account is an app, not a person'
  if (user.is_stranger || user.team_id !== teamId) return 'this account belongs to another workspace'
  if (user.is_restricted || user.is_ultra_restricted) return 'this account is a guest'
  return undefined
}
