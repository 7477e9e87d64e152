import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** A TCP relay in front of one link between two parts, and what can happen to it. */
export interface Link {
  readonly port: number
  /** Every connection is broken with a reset; new ones work. */
  reset(): void
  /** Nothing is relayed any more, nothing is told; what was on its way arrives when it heals. New connections hang. */
  blackhole(): void
  /** What comes back is no longer relayed, and its end is closed; the way there still works. */
  halfClose(): void
  /** A thousand bytes a second, until it heals. */
  slow(): void
  /**
   * The next bytes on the way there are kept, our side is cut, and they are delivered late: a request that arrives after its sender has
   * given it up.
   */
  deliverLate(ms: number): void
  /** No new connections. */
  refuse(): void
  heal(): void
  /** Resolves at the next new connection, before it is relayed (`accepted`), or at the next bytes in a direction. */
  next(what: 'accepted' | 'up' | 'down', bytes?: number): Promise<void>
  close(): Promise<void>
}

type Mode = 'well' | 'blackhole' | 'slow' | 'refuse'

const SLOW_BYTES = 100
const SLOW_MS = 100
/** The way there is cut this long after the bytes that are delivered late. */
const CUT_MS = 100

/** `rewrite` changes what passes, without changing its length. */
export async function startLink(
  target: () => number,
  rewrite: (direction: 'up' | 'down', chunk: Buffer, own: number) => Buffer = (_, chunk) => chunk,
): Promise<Link> {
  const pairs = new Set<Pair>()
  const watchers: { what: 'accepted' | 'up' | 'down'; left: number; tell: () => void }[] = []
  let mode: Mode = 'well'
  let late: { readonly ms: number } | undefined
  let own = 0

  function passed(what: 'accepted' | 'up' | 'down', bytes: number): void {
    for (const watcher of watchers.filter(each => each.what === what)) {
      watcher.left -= bytes
      if (watcher.left > 0) continue
      watchers.splice(watchers.indexOf(watcher), 1)
      watcher.tell()
    }
  }

  const server: Server = createServer(near => {
    near.on('error', () => undefined)
    passed('accepted', 1)
    if (mode === 'refuse') return void near.resetAndDestroy()
    const pair = new Pair(near, connect(target(), '127.0.0.1'), {
      rewrite: (direction, chunk) => rewrite(direction, chunk, own),
      passed: (direction, bytes) => passed(direction, bytes),
      mode: () => mode,
      late: () => {
        const now = late
        late = undefined
        return now?.ms
      },
    })
    pairs.add(pair)
    pair.onEnd = () => pairs.delete(pair)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  own = typeof address === 'object' && address ? address.port : 0

  return {
    port: own,
    reset: () => {
      for (const pair of pairs) pair.reset()
    },
    blackhole: () => {
      mode = 'blackhole'
    },
    halfClose: () => {
      for (const pair of pairs) pair.halfClose()
    },
    slow: () => {
      mode = 'slow'
    },
    deliverLate: ms => {
      late = { ms }
    },
    refuse: () => {
      mode = 'refuse'
      for (const pair of pairs) pair.reset()
    },
    heal: () => {
      mode = 'well'
      late = undefined
      for (const pair of pairs) pair.flush()
    },
    next: (what, bytes = 1) =>
      new Promise(resolve => {
        watchers.push({ what, left: bytes, tell: resolve })
      }),
    async close() {
      for (const pair of pairs) pair.reset()
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}

interface PairParts {
  readonly rewrite: (direction: 'up' | 'down', chunk: Buffer) => Buffer
  readonly passed: (direction: 'up' | 'down', bytes: number) => void
  readonly mode: () => Mode
  readonly late: () => number | undefined
}

/** One connection through the relay. What may not pass now waits in `kept`. */
class Pair {
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

  #take(direction: 'up' | 'down', chunk: Buffer): void {
    if (direction === 'down' && this.#deaf) return
    const bytes = this.#parts.rewrite(direction, chunk)
    const late = direction === 'up' ? this.#parts.late() : undefined
    if (late !== undefined) return this.#holdBack(bytes, late)
    this.#kept[direction].push(bytes)
    this.flush()
  }

  /** Relays what waits, as fast as the link is now. */
  flush(): void {
    const mode = this.#parts.mode()
    if (mode === 'blackhole' || this.#ended) return
    if (mode === 'slow') return this.#trickleOn()
    for (const direction of ['up', 'down'] as const)
      for (const chunk of this.#kept[direction].splice(0)) this.#pass(direction, chunk)
  }

  #pass(direction: 'up' | 'down', chunk: Buffer): void {
    const to = direction === 'up' ? this.#far : this.#near
    to.write(chunk)
    this.#parts.passed(direction, chunk.length)
  }

  #trickleOn(): void {
    this.#trickle ??= setInterval(() => {
      if (this.#parts.mode() !== 'slow' || this.#ended) {
        clearInterval(this.#trickle)
        this.#trickle = undefined
        return this.flush()
      }
      for (const direction of ['up', 'down'] as const) {
        const [first, ...rest] = this.#kept[direction]
        if (!first) continue
        this.#kept[direction] = first.length > SLOW_BYTES ? [first.subarray(SLOW_BYTES), ...rest] : rest
        this.#pass(direction, first.subarray(0, SLOW_BYTES))
      }
    }, SLOW_MS)
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
