/** Slack's tiers as calls a minute per method (slack-platform.md §4.2), and posting at about one a second per channel. */
const PER_MINUTE = { 1: 10, 2: 20, 3: 50, 4: 100 } as const
type Tier = keyof typeof PER_MINUTE

const TIERS: Readonly<Record<string, Tier>> = {
  'apps.connections.open': 1,
  'conversations.list': 2,
  'usergroups.list': 2,
  'usergroups.users.list': 2,
  'users.list': 2,
  'chat.update': 3,
  'chat.delete': 3,
  'conversations.history': 3,
  'conversations.replies': 3,
  'conversations.info': 3,
  'conversations.open': 3,
  'reactions.add': 3,
  'team.info': 3,
  'bots.info': 3,
  'users.conversations': 3,
  'files.delete': 3,
  'chat.postEphemeral': 4,
  'conversations.members': 4,
  'files.getUploadURLExternal': 4,
  'files.completeUploadExternal': 4,
  'files.info': 4,
  'users.info': 4,
  'views.open': 4,
  'views.push': 4,
  'views.update': 4,
  'views.publish': 4,
}

/** Slack lets short bursts pass without promising it; this is more generous than that, so that what it refuses is a flood. */
const POSTING_BURST = 20

export interface RateLimits {
  /** Counts a call; answers the seconds to wait when it is one too many. */
  admit(method: string, channel: string | undefined): number | undefined
  reset(): void
}

export function createRateLimits(now: () => number): RateLimits {
  const buckets = new Map<string, { left: number; at: number }>()

  function spend(key: string, size: number, perSecond: number): number | undefined {
    const at = now()
    const bucket = buckets.get(key) ?? { left: size, at }
    const left = Math.min(size, bucket.left + ((at - bucket.at) / 1000) * perSecond)
    buckets.set(key, { left: left < 1 ? left : left - 1, at })
    return left < 1 ? Math.max(1, Math.ceil((1 - left) / perSecond)) : undefined
  }

  return {
    admit(method, channel) {
      if (method === 'chat.postMessage') return spend(`post ${channel ?? ''}`, POSTING_BURST, 1)
      const tier = TIERS[method]
      return tier && spend(method, PER_MINUTE[tier], PER_MINUTE[tier] / 60)
    },
    reset: () => buckets.clear(),
  }
}
