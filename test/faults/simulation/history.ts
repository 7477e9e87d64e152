import { createHash } from 'node:crypto'
import type { Kernel } from './kernel.ts'

interface Line {
  readonly at: number
  readonly who: string
  readonly what: string
}

/** Everything that happened in one schedule, in order; to be read by a person when it ended badly, and compared when it is repeated. */
export class History {
  readonly #kernel: Kernel
  readonly #lines: Line[] = []

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  note(who: string, what: string): void {
    this.#lines.push({ at: this.#kernel.now, who, what })
  }

  /** The same for the same schedule, whenever and wherever it runs. */
  hash(): string {
    const hash = createHash('sha256')
    for (const { at, who, what } of this.#lines) hash.update(`${at} ${who} ${what}\n`)
    return hash.digest('hex')
  }

  text(): string {
    return this.#lines.map(({ at, who, what }) => `${seconds(at)}  ${who.padEnd(14)} ${what}`).join('\n')
  }
}

function seconds(at: number): string {
  return (at / 1000).toFixed(3).padStart(9)
}
