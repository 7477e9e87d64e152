import { randomBytes } from 'node:crypto'
import type { Clock } from './clock.ts'
import type { Faults } from './faults.ts'

/** The short-lived rights to open a modal that come with a command or a click. */
export interface Triggers {
  issue(user: string): string
  /** Spends a trigger: the user it was issued for, or Slack's error. Good once, for three seconds. */
  spend(trigger: string): { readonly user: string } | { readonly error: string }
}

const LIFE_MS = 3_000
const FORGOTTEN_AFTER_MS = 60_000

export function createTriggers(clock: Clock, faults: Faults): Triggers {
  const issued = new Map<string, { readonly user: string; readonly at: number; spent: boolean }>()

  function forgetOld(): void {
    for (const [trigger, { at }] of issued) {
      if (clock.now() - at <= FORGOTTEN_AFTER_MS) return
      issued.delete(trigger)
    }
  }

  return {
    issue(user) {
      forgetOld()
      const trigger = `${clock.now()}.${randomBytes(12).toString('hex')}`
      issued.set(trigger, { user, at: clock.now(), spent: false })
      return trigger
    },
    spend(trigger) {
      const found = issued.get(trigger)
      if (!found) return { error: 'invalid_trigger_id' }
      if (found.spent) return { error: 'exchanged_trigger_id' }
      const lifeMs = faults.standing('trigger_ttl')?.ms ?? LIFE_MS
      if (clock.now() - found.at >= lifeMs) return { error: 'expired_trigger_id' }
      found.spent = true
      return { user: found.user }
    },
  }
}
