import type { Redis } from 'ioredis'
import type { EntryArchive, Opened } from '../../runs/journal.ts'
import { keys } from './keys.ts'
import { OPEN, RAISE } from './scripts.ts'

/** Remembered deliveries: Slack repeats within an hour, a person's repeated words are a new request anyway. */
const DEDUPE_SECONDS = 24 * 3600
const TRIES = 3

interface NumberParts {
  readonly redis: Redis
  readonly archive: Pick<EntryArchive, 'highestNumber'>
  readonly newRun: () => string
}

/** Gives runs their numbers. A Redis that forgot what it gave away is told by the archive, before it gives the next. */
export class Numbers {
  readonly #parts: NumberParts
  /** A number known to be given away; undefined until the archive was asked. */
  #floor: number | undefined

  constructor(parts: NumberParts) {
    this.#parts = parts
  }

  async open(dedupe: string): Promise<Opened> {
    const { redis, newRun } = this.#parts
    const where = [keys.dedupe(dedupe), keys.counter, keys.numbers]
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const floor = this.#floor ?? (await this.#look())
      const [run, number] = (await redis.eval(OPEN, 3, ...where, newRun(), DEDUPE_SECONDS, floor)) as string[]
      if (run === undefined) await this.raise(await this.#look())
      else return this.#given({ run, number: Number(number) })
    }
    throw new Error('the counter of runs goes backwards')
  }

  async raise(number: number): Promise<void> {
    await this.#parts.redis.eval(RAISE, 1, keys.counter, number)
  }

  #given(opened: Opened): Opened {
    this.#floor = Math.max(this.#floor ?? 0, opened.number)
    return opened
  }

  async #look(): Promise<number> {
    this.#floor = Math.max(this.#floor ?? 0, await this.#parts.archive.highestNumber())
    return this.#floor
  }
}
