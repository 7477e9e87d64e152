import { randomBytes } from 'node:crypto'
import type { Clock } from './clock.ts'

/** Tickets for opening a WebSocket: good once, for half a minute. */
export interface Tickets {
  issue(): string
  redeem(ticket: string): boolean
}

const LIFE_MS = 30_000

export function createTickets(clock: Clock): Tickets {
  const issued = new Map<string, number>()
  return {
    issue() {
      const ticket = randomBytes(16).toString('hex')
      issued.set(ticket, clock.now())
      return ticket
    },
    redeem(ticket) {
      const at = issued.get(ticket)
      issued.delete(ticket)
      return at !== undefined && clock.now() - at < LIFE_MS
    },
  }
}
