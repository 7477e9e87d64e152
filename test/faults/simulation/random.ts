/** Reproducible chance: the same seed gives the same draws, on every machine. */
export class Random {
  readonly #seed: string
  #state: [number, number, number, number]

  constructor(seed: string | number) {
    this.#seed = String(seed)
    this.#state = [scrambled(this.#seed, 1), scrambled(this.#seed, 2), scrambled(this.#seed, 3), 1]
    for (let i = 0; i < 12; i++) this.#next()
  }

  /** Draws of its own, which do not shift when somebody else draws more or less. */
  fork(label: string): Random {
    return new Random(`${this.#seed}/${label}`)
  }

  /** At least 0, below 1. */
  float(): number {
    return this.#next() / 0x1_0000_0000
  }

  /** A whole number; both ends are possible. */
  int(low: number, high: number): number {
    return low + Math.floor(this.float() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.float() < probability
  }

  pick<T>(list: readonly T[]): T {
    const found = list[this.int(0, list.length - 1)]
    if (found === undefined) throw new Error('there is nothing to pick from')
    return found
  }

  /** sfc32. */
  #next(): number {
    const [a, b, c, counter] = this.#state
    const sum = (((a + b) | 0) + counter) | 0
    const turned = (c << 21) | (c >>> 11)
    this.#state = [b ^ (b >>> 9), (c + (c << 3)) | 0, (turned + sum) | 0, (counter + 1) | 0]
    return sum >>> 0
  }
}

/** FNV-1a. */
function scrambled(text: string, salt: number): number {
  let hash = 0x811c9dc5 ^ salt
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash | 0
}
