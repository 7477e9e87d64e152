import type { Socket } from 'node:net'

export type Direction = 'up' | 'down'
export type Mode = 'well' | 'blackhole' | 'slow' | 'refuse'

const SLOW_BYTES = 100
const SLOW_MS = 100
/** The way there is cut this long after the bytes that are delivered late. */
const CUT_MS = 100

export interface PairParts {
  readonly rewrite: (direction: Direction, chunk: Buffer) => Buffer
  readonly passed: (direction: Direction, bytes: number) => void
  readonly mode: () => Mode
  readonly late: () => number | undefined
}

/** One connection through the relay. What may not pass now waits in `kept`. */
export class Pair {
  readonly #near: Socket
  readonly #far: Socket
  readonly #parts: PairParts
  readonly #kept = { up: [] as Buffer[], down: [] as Buffer[] }
  #deaf = false
  #ended = false
  #trickle: NodeJS.Timeout | undefined
  onEnd: () => void = () => undefined

  constructor(near: Socket, far: Socket, parts: PairParts) {
    this.#near = near
    this.#far = far
    this.#parts = parts
    near.setNoDelay(true)
    far.setNoDelay(true)
    near.on('data', chunk => this.#take('up', chunk))
    far.on('data', chunk => this.#take('down', chunk))
    for (const socket of [near, far]) {
      socket.on('error', () => this.#end())
      socket.on('close', () => this.#end())
    }
  }

  #take(direction: Direction, chunk: Buffer): void {
    if (direction === 'down' && this.#deaf) return
    const bytes = this.#parts.rewrite(direction, chunk)
    const late = direction === 'up' ? this.#parts.late() : undefined
    if (late === undefined) {
      this.#kept[direction].push(bytes)
      this.flush()
    } else this.#holdBack(bytes, late)
  }

  /** Relays what waits, as fast as the link is now. */
  flush(): void {
    const mode = this.#parts.mode()
    if (mode === 'blackhole' || this.#ended) return
    if (mode === 'slow') this.#trickleOn()
    else
      for (const direction of ['up', 'down'] as const)
        for (const chunk of this.#kept[direction].splice(0)) this.#pass(direction, chunk)
  }

  #pass(direction: Direction, chunk: Buffer): void {
    const to = direction === 'up' ? this.#far : this.#near
    to.write(chunk)
    this.#parts.passed(direction, chunk.length)
  }

  #trickleOn(): void {
    this.#trickle ??= setInterval(() => this.#drop(), SLOW_MS)
  }

  #drop(): void {
    if (this.#parts.mode() !== 'slow' || this.#ended) {
      clearInterval(this.#trickle)
      this.#trickle = undefined
      this.flush()
      return
    }
    for (const direction of ['up', 'down'] as const) {
      const [first, ...rest] = this.#kept[direction]
      if (!first) continue
      this.#kept[direction] = first.length > SLOW_BYTES ? [first.subarray(SLOW_BYTES), ...rest] : rest
      this.#pass(direction, first.subarray(0, SLOW_BYTES))
    }
  }

  /** Everything from here on is delivered later, and our side is told that the connection is gone. */
  #holdBack(first: Buffer, ms: number): void {
    const kept = [first]
    this.#near.removeAllListeners('data')
    this.#near.on('data', chunk => kept.push(chunk))
    this.#near.removeAllListeners('close')
    this.#deaf = true
    setTimeout(() => this.#near.resetAndDestroy(), CUT_MS)
    setTimeout(() => {
      for (const chunk of kept) if (this.#far.writable) this.#far.write(chunk)
      setTimeout(() => this.reset(), CUT_MS * 10)
    }, ms)
  }

  halfClose(): void {
    this.#deaf = true
    this.#near.end()
  }

  reset(): void {
    this.#near.resetAndDestroy()
    this.#far.resetAndDestroy()
    this.#end()
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    clearInterval(this.#trickle)
    this.#near.destroy()
    this.#far.destroy()
    this.onEnd()
  }
}
