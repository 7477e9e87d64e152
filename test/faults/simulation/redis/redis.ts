import type { History } from '../history.ts'
import type { Kernel } from '../kernel.ts'
import { BEGIN_MS, type Life } from '../life.ts'
import type { Random } from '../random.ts'
import { Data } from './data.ts'

/** How a connection of ha-bot waits (adapters/redis/connect.ts): a desk gives up after two seconds, a worker never does. */
export type Patience = 'desk' | 'worker'

const DESK_PATIENCE_MS = 2000
const RECONNECT_MS = 250

/**
 * Redis with the three ways it fails its clients: it is away, the reply is lost after the command was carried out (ioredis then sends it
 * again), and what it knew is older than what it had said (a restored backup, FLUSHALL).
 */
export class SimulatedRedis {
  data = new Data()
  /** How likely the connection breaks between the command and its reply. */
  lossy = 0
  /** How likely a write is refused (OOM, MISCONF). */
  refusing = 0
  /** Once it was emptied or rolled back: what it had said and does not know any more. */
  hasForgotten = false
  /** Gets the bodies of new entries. */
  onWritten: (bodies: readonly string[]) => void = () => undefined
  readonly #kernel: Kernel
  readonly #history: History
  readonly #random: Random
  #backup: Data | undefined
  #isAway = false
  readonly #waiting: (() => void)[] = []
  readonly #onNews: (() => void)[] = []

  constructor(kernel: Kernel, history: History, random: Random) {
    this.#kernel = kernel
    this.#history = history
    this.#random = random
  }

  get isAway(): boolean {
    return this.#isAway
  }

  /** TIME, in ms. */
  time(): number {
    return BEGIN_MS + Math.floor(this.#kernel.now)
  }

  goAway(): void {
    this.#history.note('redis', 'goes away')
    this.#isAway = true
  }

  comeBack(): void {
    if (!this.#isAway) return
    this.#history.note('redis', 'is back')
    this.#isAway = false
    for (const resume of this.#waiting.splice(0)) this.#kernel.in(this.#random.int(1, RECONNECT_MS), resume)
    this.announce()
  }

  backUp(): void {
    this.#history.note('redis', 'a backup is made')
    this.#backup = new Data(this.data)
  }

  rollBack(): void {
    this.#history.note('redis', 'is rolled back to the backup')
    this.data = new Data(this.#backup)
    this.hasForgotten = true
    this.announce()
  }

  empty(): void {
    this.#history.note('redis', 'is emptied')
    this.data = new Data()
    this.hasForgotten = true
    this.announce()
  }

  /** Carries a script out and tells of the run whose stream it made longer. */
  changed<T>(keys: readonly string[], act: () => T): T {
    const stream = keys[0] ?? ''
    const before = this.data.streams.get(stream)
    const value = act()
    const after = this.data.streams.get(stream)
    if (after && after !== before) this.onWritten(after.slice(before?.length ?? 0))
    return value
  }

  /** For the history: `42`. */
  numberOf(run: string): string {
    return String(this.data.scores.get('ha:numbers')?.get(run) ?? '?')
  }

  /** Calls `act` whenever there may be something new for those who wait for work. */
  onNews(act: () => void): void {
    this.#onNews.push(act)
  }

  announce(): void {
    for (const act of this.#onNews) act()
  }

  /** One command: carried out at once or after an absence, possibly twice, or given up by an impatient client. */
  call<T>(life: Life, patience: Patience, act: () => T, writes = false): Promise<T> {
    return new Promise((resolve, reject) => {
      let isSettled = false
      const settle = (how: () => void) =>
        life.give(() => {
          if (isSettled) return
          isSettled = true
          how()
        })
      if (patience === 'desk')
        this.#kernel.in(DESK_PATIENCE_MS, () => settle(() => reject(new Error('Command timed out'))))
      const attempt = () => {
        if (!life.isAlive || isSettled) return
        if (this.#isAway) return void this.#waiting.push(attempt)
        if (writes && this.#random.chance(this.refusing)) {
          const error = new Error('MISCONF Redis is configured to save RDB snapshots, but it cannot persist on disk.')
          error.name = 'ReplyError'
          return settle(() => reject(error))
        }
        const value = act()
        if (!this.#random.chance(this.lossy))
          return void this.#kernel.in(this.#latency(), () => settle(() => resolve(value)))
        this.#history.note('redis', `the reply to ${life.name} is lost`)
        this.#kernel.in(this.#random.int(1, RECONNECT_MS), attempt)
      }
      this.#kernel.in(this.#latency(), attempt)
    })
  }

  #latency(): number {
    return this.#random.int(0, 20) / 10
  }
}
