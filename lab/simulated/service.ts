import { randomInt } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'

/** Whose clients reach a group over TCP, and only while all of it runs. */
export interface Service {
  /** `127.0.0.1:<port>`, the same for as long as the world lives. */
  readonly address: string
  /** Looks again whether it runs: opens the door, or shuts it and breaks every connection. */
  look(): void
  /** Settles when what was looked at last is so. */
  settled(): Promise<void>
  close(): Promise<void>
}

const HOST = '127.0.0.1'
/** Below the ports a system hands out by itself: none of them is given away while the door is shut, and no client meets itself. */
const FIRST_PORT = 20_000
const PORTS = 10_000
const TRIES = 20

/** A door for clients that starts shut. `isOpen` says whether the group runs; `problem` hears of a door that could not be opened again. */
export async function openService(isOpen: () => boolean, problem: (error: unknown) => void): Promise<Service> {
  const sockets = new Set<Socket>()
  const listener = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  })
  const port = await freePort(listener)
  await shut(listener, sockets)
  let isClosed = false
  let last: Promise<void> = Promise.resolve()
  const follow = async () => {
    const isWanted = !isClosed && isOpen()
    if (isWanted && !listener.listening) await listen(listener, port)
    if (!isWanted && listener.listening) await shut(listener, sockets)
  }
  const look = () => {
    last = last.then(follow).catch(problem)
  }
  return {
    address: `${HOST}:${port}`,
    look,
    settled: async () => await last,
    async close() {
      isClosed = true
      look()
      await last
    },
  }
}

async function freePort(listener: Server): Promise<number> {
  for (let left = TRIES; ; left -= 1) {
    const port = FIRST_PORT + randomInt(PORTS)
    try {
      await listen(listener, port)
      return port
    } catch (error) {
      if (left === 0) throw error
    }
  }
}

async function listen(listener: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(port, HOST, () => {
      listener.off('error', reject)
      resolve()
    })
  })
}

async function shut(listener: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const ended = new Promise<void>(resolve => listener.close(() => resolve()))
  for (const socket of sockets) socket.destroy()
  await ended
}
