import { type Finding, ok } from './finding.ts'

/** What a Redis said about itself. "" or undefined: it would not say (managed services forbid CONFIG). */
export interface RedisFacts {
  /** `redis_version` (or `valkey_version`) of INFO. */
  readonly version: string
  /** `role` of INFO: master or slave. */
  readonly role: string
  /** Answers of CONFIG GET by name: maxmemory-policy, appendonly, appendfsync, aof-load-truncated. */
  readonly config: Readonly<Record<string, string | undefined>>
  /** `aof_last_write_status` of INFO. */
  readonly aofLastWrite: string
  /** Redis TIME less our own clock, in ms. */
  readonly skewMs: number
}

export type Durability = 'strict' | 'warn'

const WEAK_SKEW_MS = 2_000
const BROKEN_SKEW_MS = 30_000

/**
 * Whether this Redis may hold a journal that must not forget (queue-and-redis.md §2.6). What makes it forget is `broken` under
 * `durability: strict`, for no changes are made on it then; under `warn` it is `weak`.
 */
export function redisFindings(facts: RedisFacts, durability: Durability): readonly Finding[] {
  const forgets = durability === 'strict' ? 'broken' : 'weak'
  return [
    version(facts),
    role(facts),
    eviction(facts, forgets),
    ...appendOnly(facts, forgets),
    truncated(facts),
    clock(facts),
  ]
}

function version({ version }: RedisFacts): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (version === '')
    return { level: 'weak', what: 'Redis does not tell its version.', next: 'It must be 6.2 or later.' }
  if (major > 6 || (major === 6 && minor >= 2)) return ok(`Redis ${version}.`)
  return {
    level: 'broken',
    what: `Redis is ${version}; 6.2 is needed.`,
    next: 'Install Redis 6.2 or later, or Valkey.',
  }
}

function role({ role }: RedisFacts): Finding {
  if (role === 'master') return ok('It is the master.')
  return {
    level: 'broken',
    what: `This Redis is a ${role === 'slave' ? 'replica' : role || 'server of unknown role'}: nothing can be written to it.`,
    next: 'Let redis: in ha.yaml point at the master.',
  }
}

type Forgets = 'weak' | 'broken'

function eviction({ config }: RedisFacts, forgets: Forgets): Finding {
  const policy = config['maxmemory-policy']
  if (policy === undefined) return untold('maxmemory-policy', 'noeviction', forgets)
  if (policy === 'noeviction') return ok('It evicts nothing (maxmemory-policy noeviction).')
  return {
    level: forgets,
    what: `It may throw runs away when memory is short (maxmemory-policy ${policy}).`,
    next: 'redis-cli CONFIG SET maxmemory-policy noeviction, and the same in redis.conf.',
  }
}

function appendOnly({ config, aofLastWrite }: RedisFacts, forgets: Forgets): readonly Finding[] {
  const on = config['appendonly']
  if (on === undefined) return [untold('appendonly', 'yes', forgets), untold('appendfsync', 'always', 'weak')]
  if (on !== 'yes') {
    return [
      {
        level: forgets,
        what: 'It forgets everything when it is restarted (appendonly no).',
        next: 'redis-cli CONFIG SET appendonly yes, and the same in redis.conf.',
      },
    ]
  }
  return [
    ok('It writes what it is told to disk (appendonly yes).'),
    fsync(config['appendfsync'], forgets),
    ...lastWrite(aofLastWrite),
  ]
}

function fsync(when: string | undefined, forgets: Forgets): Finding {
  if (when === 'always') return ok('Every write is on disk before it is answered (appendfsync always).')
  if (when === 'no') {
    return {
      level: forgets,
      what: 'It leaves to the system when writes reach the disk (appendfsync no): a power failure may lose half a minute.',
      next: 'redis-cli CONFIG SET appendfsync always; a journal entry then costs a third of a millisecond more.',
    }
  }
  return {
    level: 'weak',
    what: `A power failure may lose the last second (appendfsync ${when ?? 'unknown'}). The archive still has what was begun.`,
    next: 'redis-cli CONFIG SET appendfsync always; a journal entry then costs a third of a millisecond more.',
  }
}

function lastWrite(status: string): readonly Finding[] {
  if (status === '' || status === 'ok') return []
  const what = `Its last write to disk failed (aof_last_write_status ${status}): it refuses to be written to.`
  return [{ level: 'broken', what, next: 'Look at its log and at the space on its disk.' }]
}

function truncated({ config }: RedisFacts): Finding {
  const setting = config['aof-load-truncated']
  if (setting === 'no') return ok('It does not start with a cut-off file unnoticed (aof-load-truncated no).')
  const what = setting
    ? `After a crash it may start without its last entries and not say so (aof-load-truncated ${setting}).`
    : 'It does not tell aof-load-truncated.'
  return {
    level: 'weak',
    what,
    next: 'Set aof-load-truncated no in redis.conf; the archive notices a cut journal all the same.',
  }
}

function clock({ skewMs }: RedisFacts): Finding {
  const seconds = (Math.abs(skewMs) / 1000).toFixed(1)
  if (!(Math.abs(skewMs) > WEAK_SKEW_MS)) return ok(`Its clock and ours agree within ${seconds} s.`)
  return {
    level: Math.abs(skewMs) > BROKEN_SKEW_MS ? 'broken' : 'weak',
    what: `Its clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} ours; approvals expire by its clock.`,
    next: 'Let both computers keep time (chrony, systemd-timesyncd).',
  }
}

function untold(setting: string, wanted: string, level: Forgets): Finding {
  return {
    level,
    what: `It does not tell ${setting}.`,
    next: `Make sure it is ${wanted}, or allow CONFIG GET to this user.`,
  }
}
