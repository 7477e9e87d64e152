import { serviceText } from '../../src/clusters/service-address.ts'
import type { Clock, Prober, Round, Watching } from '../../src/runs/ports.ts'

/** Services that answer as a script says, by virtual time. */
export interface ScriptedProber extends Prober {
  /** Why a request that begins at this time (monotonic, ms) has no answer; "" when it has one. May be changed while it runs. */
  says: (at: number) => string
  /** What is asked at the moment, and what was asked ever, as `host:port`. */
  readonly open: string[]
  readonly asked: string[]
}

/** What every request takes. */
export const REQUEST_MS = 10

export function createScriptedProber(clock: Clock): ScriptedProber {
  const prober: ScriptedProber = {
    says: () => '',
    open: [],
    asked: [],
    watch(target, { everyMs }) {
      const name = serviceText(target)
      prober.asked.push(name)
      prober.open.push(name)
      const onClose = () => {
        const at = prober.open.indexOf(name)
        if (at >= 0) prober.open.splice(at, 1)
      }
      return new ScriptedWatching(clock, everyMs, at => prober.says(at), onClose)
    },
  }
  return prober
}

/** Its rounds come to be when somebody looks, as if they had been there all the time. */
class ScriptedWatching implements Watching {
  readonly #rounds: Round[] = []
  readonly #says: (at: number) => string
  readonly #clock: Clock
  readonly #everyMs: number
  readonly #onClose: () => void
  #next: number
  #isOpen = true

  constructor(clock: Clock, everyMs: number, says: (at: number) => string, onClose: () => void) {
    this.#clock = clock
    this.#everyMs = everyMs
    this.#says = says
    this.#onClose = onClose
    this.#next = clock.monotonic()
  }

  get rounds(): readonly Round[] {
    for (; this.#isOpen && this.#next + REQUEST_MS <= this.#clock.monotonic(); this.#next += this.#everyMs) {
      const reason = this.#says(this.#next)
      this.#rounds.push({
        startedAt: this.#next,
        endedAt: this.#next + REQUEST_MS,
        answered: reason === '',
        reason,
      })
    }
    return this.#rounds
  }

  async more(seen: number, signal: AbortSignal): Promise<void> {
    while (this.rounds.length <= seen && this.#isOpen && !signal.aborted)
      await this.#clock.sleep(this.#next + REQUEST_MS - this.#clock.monotonic(), signal)
  }

  close(): void {
    if (this.#isOpen) this.#onClose()
    this.#isOpen = false
  }
}
