import { type Changes, createChanges } from './changes.ts'
import { type Clock, createClock } from './clock.ts'
import { createFaults, type Faults } from './faults.ts'
import { createLog, type Log } from './log.ts'
import { createRateLimits, type RateLimits } from './rate-limits.ts'
import { createResponseUrls, type ResponseUrls } from './response-urls.ts'
import { seed } from './seed.ts'
import { createSocketMode, type SocketMode } from './socket-mode.ts'
import { emptyStore, type Store } from './store.ts'
import { createTickets, type Tickets } from './tickets.ts'
import { createTriggers, type Triggers } from './triggers.ts'

/** The parts of one workspace, handed to every API method and to everything a person can do. */
export interface Lab {
  readonly store: Store
  readonly clock: Clock
  readonly changes: Changes
  readonly log: Log
  readonly faults: Faults
  readonly limits: RateLimits
  readonly triggers: Triggers
  readonly tickets: Tickets
  readonly responseUrls: ResponseUrls
  readonly sockets: SocketMode
  readonly commands: readonly string[]
  readonly limited: boolean
  /** `http://127.0.0.1:PORT`; known once the server listens. */
  origin: string
  /** A new message time stamp, later than every one before. */
  stamp(): string
  /** A new id with Slack's prefix for its kind, e.g. `V0000001`. */
  id(prefix: string): string
}

interface LabOptions {
  readonly now: () => number
  readonly commands: readonly string[]
  readonly limited: boolean
}

export function createLab({ now, commands, limited }: LabOptions): Lab {
  const clock = createClock(now)
  const changes = createChanges()
  const log = createLog(clock, changes.notify)
  const faults = createFaults(changes.notify)
  const store = emptyStore()
  seed(store)
  let lastStamp = 0
  let lastId = 0
  return {
    store,
    clock,
    changes,
    log,
    faults,
    commands,
    limited,
    limits: createRateLimits(clock.now),
    triggers: createTriggers(clock, faults),
    tickets: createTickets(clock),
    responseUrls: createResponseUrls(clock),
    sockets: createSocketMode({ clock, log, faults }),
    origin: '',
    stamp() {
      lastStamp = Math.max(lastStamp + 1, clock.now() * 1000)
      return `${Math.floor(lastStamp / 1_000_000)}.${String(lastStamp % 1_000_000).padStart(6, '0')}`
    },
    id(prefix) {
      lastId += 1
      return prefix + lastId.toString(36).toUpperCase().padStart(7, '0')
    },
  }
}

/** As on the first day: nothing said, no files, no faults. Sockets stay connected, time goes on. */
export function resetLab(lab: Lab): void {
  seed(lab.store)
  lab.faults.clear()
  lab.limits.reset()
  lab.log.clear()
  lab.changes.notify()
}
