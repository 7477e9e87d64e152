import type { Mistake } from './mistake.ts'

/** A password does not belong in a file that is read, copied and shown. */
export function checkRedis(redis: string): readonly Mistake[] {
  if (!hasPassword(redis)) return []
  return [
    {
      code: 'secret-in-file',
      path: ['redis'],
      message: 'redis holds a password, and this file is no place for one.',
      next: 'Leave it out here and set REDIS_PASSWORD, REDIS_PASSWORD_FILE or a systemd credential of that name.',
    },
  ]
}

function hasPassword(redis: string): boolean {
  return /^[a-z]+:\/\/[^/@]*:[^/@]*@/.test(redis) || /[?&]password=/.test(redis)
}

/** The address to connect to once the password is known, as the client reads it: a socket's path takes it as a parameter. */
export function redisAddress(redis: string, password: string | undefined): string {
  if (password === undefined) return redis
  if (redis.startsWith('/')) return `${redis}${redis.includes('?') ? '&' : '?'}password=${encodeURIComponent(password)}`
  const url = new URL(redis)
  url.password = encodeURIComponent(password)
  return url.toString()
}
