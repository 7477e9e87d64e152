import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/adapters/clock.ts'
import { createTcpProber } from '../../src/adapters/tcp-prober.ts'
import type { Watching } from '../../src/runs/ports.ts'

const LIMIT_MS = 60_000
const never = () => AbortSignal.timeout(LIMIT_MS)
const closers: (() => void | Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Listener {
  readonly port: number
  readonly heard: Buffer[]
  close(): Promise<void>
}

/** A service that takes connections, and keeps what it is sent. */
async function listen(port = 0): Promise<Listener> {
  const heard: Buffer[] = []
  const sockets = new Set<Socket>()
  const server: Server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', chunk => heard.push(chunk))
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  const close = () =>
    new Promise<void>(resolve => {
      for (const socket of sockets) socket.destroy()
      server.close(() => resolve())
    })
  closers.push(close)
  return { port: typeof address === 'object' && address ? address.port : 0, heard, close }
}

function watch(host: string, port: number, timing: { everyMs?: number; timeoutMs?: number } = {}): Watching {
  const watching = createTcpProber(systemClock).watch({ host, port }, { everyMs: 20, timeoutMs: 10_000, ...timing })
  closers.push(() => watching.close())
  return watching
}

/** The requests from `seen` on until one is as wanted. */
async function until(watching: Watching, answered: boolean): Promise<void> {
  const signal = never()
  let seen = watching.rounds.length
  while (!watching.rounds.slice(-1).some(round => round.answered === answered)) {
    await watching.more(seen, signal)
    if (signal.aborted) throw new Error(`not seen: ${JSON.stringify(watching.rounds.slice(-5))}`)
    seen = watching.rounds.length
  }
}

describe('a TCP prober', () => {
  test('sees a service go and come back, and sends it nothing', async () => {
    const first = await listen()
    const watching = watch('127.0.0.1', first.port)
    await until(watching, true)
    await first.close()
    await until(watching, false)
    expect(watching.rounds.at(-1)?.reason).toBe('connection refused')
    const second = await listen(first.port)
    await until(watching, true)
    expect(Buffer.concat([...first.heard, ...second.heard])).toHaveLength(0)
  })

  test('never asks twice at a time: requests begin one after the other, none before its turn', async () => {
    const { port } = await listen()
    const watching = watch('127.0.0.1', port, { everyMs: 30 })
    await watching.more(9, never())
    const [first] = watching.rounds
    for (const [index, round] of watching.rounds.entries()) {
      expect(round.endedAt).toBeGreaterThanOrEqual(round.startedAt)
      expect(round.startedAt).toBeGreaterThanOrEqual(watching.rounds[index - 1]?.endedAt ?? 0)
      // A timer may fire a part of a millisecond early.
      expect(round.startedAt - (first?.startedAt ?? 0)).toBeGreaterThan(index * 30 - 5)
    }
  })

  test('takes a name that nobody knows for a request without an answer', async () => {
    const watching = watch('no-such-host.invalid', 3334)
    await watching.more(0, never())
    expect(watching.rounds[0]).toMatchObject({ answered: false })
    expect(watching.rounds[0]?.reason).toMatch(
      /^its name (is not known|could not be looked up)$|^no answer within 10 s$/,
    )
  })

  test('asks nothing more once it is closed, and lets whoever waits go', async () => {
    const { port } = await listen()
    const watching = watch('127.0.0.1', port, { everyMs: 3_600_000 })
    await watching.more(0, never())
    const waiting = watching.more(1, never())
    watching.close()
    watching.close()
    await waiting
    expect(watching.rounds).toHaveLength(1)
  })

  test('lets whoever waits go when told to, and goes on', async () => {
    const { port } = await listen()
    const watching = watch('127.0.0.1', port, { everyMs: 3_600_000 })
    await watching.more(0, never())
    const stop = new AbortController()
    const waiting = watching.more(1, stop.signal)
    stop.abort()
    await waiting
    expect(watching.rounds).toHaveLength(1)
  })
})
