import type { Clock } from '../runs/ports.ts'

/** Whether this worker still knows that a leg is its own. */
export interface Standing {
  /** False for good once it may have been given to another worker: no new remote action may begin. Cheap; to be asked right before acting. */
  ok(): boolean
}

/** A moment on both clocks: the monotonic one does not count while a virtual machine is suspended, the wall clock can be set. */
export interface Moment {
  readonly monotonic: number
  readonly wall: number
}

export function momentOf(clock: Clock): Moment {
  return { monotonic: clock.monotonic(), wall: clock.now() }
}

/**
 * The lock on one job, as far as its holder can know. It runs from when the lock was *asked* for, never from when the answer came: a worker
 * that stood still in between does not take an old answer for a new one (queue-and-redis.md §2.2, c).
 */
export class LockStanding implements Standing {
  readonly #clock: Clock
  readonly #validMs: number
  readonly #lost = new AbortController()
  #asked: Moment

  /** `lockMs`: how long Redis keeps the lock without renewal; a fifth of it is kept as margin. */
  constructor(clock: Clock, lockMs: number, asked: Moment) {
    this.#clock = clock
    this.#validMs = lockMs * 0.8
    this.#asked = asked
  }

  /** Fires when it is noticed that the lock is, or may be, gone. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  ok(): boolean {
    if (!this.#lost.signal.aborted && this.leftMs() <= 0) this.giveUp()
    return !this.#lost.signal.aborted
  }

  /** Of the lock, less the margin. */
  leftMs(): number {
    const { monotonic, wall } = this.#asked
    return this.#validMs - Math.max(this.#clock.monotonic() - monotonic, this.#clock.now() - wall)
  }

  /** The lock was renewed; it had been asked for at this moment. One that was over once stays so. */
  renewed(asked: Moment): void {
    if (this.ok()) this.#asked = asked
  }

  giveUp(): void {
    this.#lost.abort('the queue may have given this leg to another worker')
  }
}

/**
 * Renews a lock until `done` fires or it is lost. `renew` says whether Redis still knows it as ours; while it does not answer, the lock
 * runs out by itself.
 */
export async function keepLock(
  standing: LockStanding,
  clock: Clock,
  everyMs: number,
  renew: () => Promise<boolean>,
  done: AbortSignal,
): Promise<void> {
  const end = AbortSignal.any([done, standing.lost])
  await Promise.all([watch(standing, clock, end), renewAll(standing, clock, everyMs, renew, end)])
}

async function watch(standing: LockStanding, clock: Clock, end: AbortSignal): Promise<void> {
  while (!end.aborted && standing.ok()) await clock.sleep(Math.max(1, standing.leftMs()), end)
}

async function renewAll(
  standing: LockStanding,
  clock: Clock,
  everyMs: number,
  renew: () => Promise<boolean>,
  end: AbortSignal,
): Promise<void> {
  const ended = aborted(end)
  for (;;) {
    await clock.sleep(everyMs, end)
    if (end.aborted) return
    const asked = momentOf(clock)
    // Trouble is no answer: the next attempt, or the time, decides.
    const answer = await Promise.race([renew().catch(() => undefined), ended])
    if (answer === true) standing.renewed(asked)
    if (answer === false) standing.giveUp()
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise(resolve => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}
