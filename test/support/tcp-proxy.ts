import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP relay on loopback whose links can be broken on purpose. */
export interface TcpProxy {
  readonly port: number
  /** Links that reached the target since the start. */
  opened(): number
  /** Bytes relayed since the start: `up` to the target, `down` from it. */
  bytes(): { readonly up: number; readonly down: number }
  /** Breaks every link at once, with a reset; new ones still work. */
  cut(): void
  /** Breaks every link when more than this many further bytes come that way; the chunk that does it is not delivered. */
  cutAfter(direction: 'up' | 'down', bytes: number): void
  /** Closes this many of the next connections at once, as sshd does above MaxStartups. */
  dropNext(count: number): void
  /** Keeps the links but relays nothing any more, like a firewall that forgot them. */
  freeze(): void
  close(): Promise<void>
}

export async function startTcpProxy(target: { readonly address: string; readonly port: number }): Promise<TcpProxy> {
  const links = new Set<readonly [Socket, Socket]>()
  let opened = 0
  let drop = 0
  const bytes = { up: 0, down: 0 }
  const limits = { up: Number.POSITIVE_INFINITY, down: Number.POSITIVE_INFINITY }

  function cut(): void {
    limits.up = limits.down = Number.POSITIVE_INFINITY
    for (const [near, far] of links) {
      near.resetAndDestroy()
      far.destroy()
    }
  }

  function pass(direction: 'up' | 'down', chunk: Buffer, from: Socket, to: Socket): void {
    bytes[direction] += chunk.length
    if (bytes[direction] > limits[direction]) cut()
    else if (!to.write(chunk)) from.pause()
  }

  function relay(near: Socket): void {
    const far = connect(target.port, target.address)
    const link = [near, far] as const
    links.add(link)
    opened++
    near.setNoDelay(true)
    far.setNoDelay(true)
    near.on('data', chunk => pass('up', chunk, near, far))
    far.on('data', chunk => pass('down', chunk, far, near))
    near.on('drain', () => far.resume())
    far.on('drain', () => near.resume())
    for (const [one, other] of [link, [far, near] as const]) {
      one.on('error', () => other.destroy())
      one.on('close', () => {
        links.delete(link)
        other.end()
      })
    }
  }

  const server = createServer(near => {
    near.on('error', () => undefined)
    if (drop > 0) {
      drop--
      near.destroy()
    } else relay(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no TCP port')

  return {
    port: address.port,
    opened: () => opened,
    bytes: () => ({ ...bytes }),
    cut,
    cutAfter: (direction, more) => {
      limits[direction] = bytes[direction] + more
    },
    dropNext: count => {
      drop = count
    },
    freeze: () => {
      for (const link of links) for (const socket of link) socket.pause().removeAllListeners('data')
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      cut()
      await closed
    },
  }
}
