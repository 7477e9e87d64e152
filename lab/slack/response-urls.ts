import { randomBytes } from 'node:crypto'
import type { Clock } from './clock.ts'

/** What a response_url may answer to. `message` is the time stamp of the message that was acted on. */
export interface ResponseTarget {
  readonly channel: string
  readonly user: string
  readonly message?: string | undefined
}

export interface ResponseUrls {
  /** A new secret for the address of one response_url. */
  issue(target: ResponseTarget): string
  /** Uses it once: good five times within thirty minutes. */
  use(secret: string): ResponseTarget | { readonly error: 'used_url' | 'expired_url' | 'no_such_url' }
}

const USES = 5
const LIFE_MS = 30 * 60_000

export function createResponseUrls(clock: Clock): ResponseUrls {
  const issued = new Map<string, { readonly target: ResponseTarget; readonly at: number; left: number }>()
  return {
    issue(target) {
      const secret = randomBytes(16).toString('hex')
      issued.set(secret, { target, at: clock.now(), left: USES })
      return secret
    },
    use(secret) {
      const found = issued.get(secret)
      if (!found) return { error: 'no_such_url' }
      if (clock.now() - found.at >= LIFE_MS) return { error: 'expired_url' }
      if (found.left === 0) return { error: 'used_url' }
      found.left -= 1
      return found.target
    },
  }
}
