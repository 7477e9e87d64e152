import type { Clock } from '../../../src/runs/ports.ts'
import type { Kernel } from './kernel.ts'

/** 2026-11-21T14:02:11Z, where every schedule begins. */
export const BEGIN_MS = Date.UTC(2026, 10, 21, 14, 2, 11)

/**
 * A process. Everything that comes to it from outside goes through `give`: while it is frozen it waits, and once it was killed nothing of it
 * ever goes on. Its own code runs in no time, so it dies and freezes between two events.
 */
export class Life {
  readonly name: string
  readonly #kernel: Kernel
  #skewMs: number
  #isAlive = true
  #isFrozen = false
  #held: (() => void)[] = []
  readonly #onDeath: (() => void)[] = []

  constructor(name: string, kernel: Kernel, skewMs = 0) {
    this.name = name
    this.#kernel = kernel
    this.#skewMs = skewMs
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  /** Alive, and not frozen. */
  get isAwake(): boolean {
    return this.#isAlive && !this.#isFrozen
  }

  give(act: () => void): void {
    if (!this.#isAlive) return
    if (this.#isFrozen) this.#held.push(act)
    else act()
  }

  onDeath(act: () => void): void {
    this.#onDeath.push(act)
  }

  kill(): void {
    if (!this.#isAlive) return
    this.#isAlive = false
    this.#held = []
    for (const act of this.#onDeath) act()
  }

  freeze(): void {
    this.#isFrozen = true
  }

  /** What came meanwhile is taken in, in the order it came, one after the other. */
  thaw(): void {
    if (!this.#isFrozen) return
    this.#isFrozen = false
    const held = this.#held
    this.#held = []
    for (const act of held) this.#kernel.in(0, () => this.give(act))
  }

  /** Somebody sets its wall clock. */
  skew(ms: number): void {
    this.#skewMs = ms
  }

  readonly clock: Clock = {
    now: () => BEGIN_MS + this.#kernel.now + this.#skewMs,
    monotonic: () => this.#kernel.now,
    sleep: (ms, signal) =>
      new Promise(resolve => {
        if (signal.aborted) return resolve()
        const done = () => {
          due.cancel()
          signal.removeEventListener('abort', done)
          resolve()
        }
        const due = this.#kernel.in(ms, () => this.give(done))
        signal.addEventListener('abort', done, { once: true })
      }),
  }
}
