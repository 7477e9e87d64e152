import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { type Direction, type Mode, Pair } from './pair.ts'

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
  next(what: 'accepted' | Direction, bytes?: number): Promise<void>
  close(): Promise<void>
}

/** `rewrite` changes what passes, without changing its length. */
export async function startLink(
  target: () => number,
  rewrite: (direction: Direction, chunk: Buffer, own: number) => Buffer = (_, chunk) => chunk,
): Promise<Link> {
  const pairs = new Set<Pair>()
  const watchers: { what: 'accepted' | Direction; left: number; tell: () => void }[] = []
  let mode: Mode = 'well'
  let late: { readonly ms: number } | undefined
  let own = 0

  function passed(what: 'accepted' | Direction, bytes: number): void {
    for (const watcher of watchers.filter(each => each.what === what)) {
      watcher.left -= bytes
      if (watcher.left > 0) continue
      watchers.splice(watchers.indexOf(watcher), 1)
      watcher.tell()
    }
  }

  const server = createServer(near => {
    near.on('error', () => undefined)
    passed('accepted', 1)
    if (mode === 'refuse') {
      near.resetAndDestroy()
      return
    }
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
