import type { Redis } from 'ioredis'
import type { RedisFacts } from '../../commands/doctor/redis-findings.ts'

const SETTINGS = ['maxmemory-policy', 'appendonly', 'appendfsync', 'aof-load-truncated'] as const

/** What a Redis says about itself, for `ha doctor` and the start. Managed services forbid CONFIG: then the settings are unknown. */
export async function redisFacts(redis: Redis, now: () => number): Promise<RedisFacts> {
  const info = fields(await redis.info())
  const [seconds, micros] = await redis.time()
  const config: Record<string, string | undefined> = {}
  for (const name of SETTINGS) config[name] = await setting(redis, name)
  return {
    version: info.get('valkey_version') ?? info.get('redis_version') ?? '',
    role: info.get('role') ?? '',
    aofLastWrite: info.get('aof_last_write_status') ?? '',
    config,
    skewMs: Number(seconds) * 1000 + Number(micros) / 1000 - now(),
  }
}

function fields(info: string): Map<string, string> {
  const pairs = info.split(/\r?\n/).map(line => line.split(':', 2))
  return new Map(pairs.flatMap(([name, value]) => (name && value !== undefined ? [[name, value] as const] : [])))
}

async function setting(redis: Redis, name: string): Promise<string | undefined> {
  const answer: unknown = await redis.config('GET', name).catch(() => [])
  return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : undefined
}
