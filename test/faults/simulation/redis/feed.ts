import type { Kernel } from '../kernel.ts'
import type { Life } from '../life.ts'
import type { Random } from '../random.ts'

interface Follower {
  readonly life: Life
  readonly runs: string[]
  /** Several changes of one run may come as one. */
  readonly coming: Set<string>
  wake: (() => void) | undefined
}

/** The stream of runs that changed. What a follower was not told is lost to it, as after FLUSHALL; the others hear of it in some ms. */
export class Feed {
  readonly #kernel: Kernel
  readonly #random: Random
  readonly #followers = new Set<Follower>()
  /** While it is set, nobody hears of anything. */
  isDeaf = false

  constructor(kernel: Kernel, random: Random) {
    this.#kernel = kernel
    this.#random = random
  }

  tell(run: string): void {
    if (this.isDeaf) return
    for (const follower of this.#followers) {
      if (follower.coming.has(run)) continue
      follower.coming.add(run)
      this.#kernel.in(this.#random.int(5, 60), () =>
        follower.life.give(() => {
          follower.coming.delete(run)
          follower.runs.push(run)
          follower.wake?.()
        }),
      )
    }
  }

  async *follow(life: Life, signal: AbortSignal): AsyncIterable<string> {
    const follower: Follower = { life, runs: [], coming: new Set(), wake: undefined }
    this.#followers.add(follower)
    life.onDeath(() => this.#followers.delete(follower))
    signal.addEventListener('abort', () => follower.wake?.(), { once: true })
    try {
      while (!signal.aborted) {
        const run = follower.runs.shift()
        if (run !== undefined) yield run
        else await new Promise<void>(resolve => (follower.wake = resolve))
      }
    } finally {
      this.#followers.delete(follower)
    }
  }
}
