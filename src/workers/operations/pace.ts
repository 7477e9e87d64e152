import type { Clock } from '../../runs/ports.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2_000

/** How long a node has been silent, and how long to wait before it is asked again. */
export class Pace {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #patienceMs: number
  #heardMs: number
  #pauseMs = FIRST_PAUSE_MS

  constructor(clock: Clock, random: () => number, patienceMs: number) {
    this.#clock = clock
    this.#random = random
    this.#patienceMs = patienceMs
    this.#heardMs = clock.monotonic()
  }

  /** The node said something: patience begins anew. */
  heard(): void {
    this.#heardMs = this.#clock.monotonic()
    this.#pauseMs = FIRST_PAUSE_MS
  }

  get silentMs(): number {
    return this.#clock.monotonic() - this.#heardMs
  }

  /** What is left of the patience. */
  get restMs(): number {
    return Math.max(0, this.#patienceMs - this.silentMs)
  }

  get isOver(): boolean {
    return this.silentMs >= this.#patienceMs
  }

  /** Doubles from 100 ms to 2 s, with jitter, so that many workers do not come back all at once. */
  async pause(signal: AbortSignal): Promise<void> {
    const ms = this.#pauseMs * (0.5 + this.#random() / 2)
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
    await this.#clock.sleep(ms, signal)
  }
}
