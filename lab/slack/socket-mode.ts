import { createAckDesk, type EnvelopeType, type Retry } from './acks.ts'
import type { Clock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { Log } from './log.ts'
import type { Delivery } from './pending.ts'
import { IDENTITY } from './seed.ts'
import type { WebSocketListener, WebSocketPeer } from './websocket.ts'

type LeaveReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'cut'

export interface SocketMode {
  /** A newly opened socket: it is greeted and takes part from now on. */
  join(peer: WebSocketPeer): WebSocketListener
  /** Sends to ONE socket and settles with the app's acknowledgement, or without one after three seconds. */
  deliver(type: EnvelopeType, payload: Readonly<Record<string, unknown>>, retry?: Retry): Promise<Delivery>
  /** Asks sockets to leave as Slack does at a refresh, or cuts them; all of them when no number is given. */
  disconnect(reason: LeaveReason, socket?: number): void
  connected(): number
  /** Says goodbye to every socket; settles when they are gone, after a second at the latest. */
  close(): Promise<void>
}

interface Seat {
  readonly number: number
  readonly peer: WebSocketPeer
  leaving: boolean
  gone(): void
}

const LEAVE_WITHIN_MS = 10_000

export function createSocketMode(parts: { clock: Clock; log: Log; faults: Faults }): SocketMode {
  const { clock, log } = parts
  const seats = new Map<number, Seat>()
  const acks = createAckDesk(parts)
  let lastSeat = 0
  let turn = 0

  const staying = () => [...seats.values()].filter(seat => !seat.leaving)

  /** Round robin over the sockets that have not been asked to leave. */
  function nextLine() {
    const ready = staying()
    turn += 1
    const seat = ready[turn % ready.length]
    return seat && { number: seat.number, send: (text: string) => seat.peer.send(text) }
  }

  function leave(seat: Seat, reason: LeaveReason): void {
    log.add({ kind: 'socket', socket: seat.number, state: 'asked-to-leave', reason })
    seat.leaving = true
    if (reason === 'cut') seat.peer.destroy()
    else dismiss(clock, seat, reason)
  }

  return {
    join(peer) {
      lastSeat += 1
      const seat: Seat = { number: lastSeat, peer, leaving: false, gone: () => {} }
      seats.set(seat.number, seat)
      log.add({ kind: 'socket', socket: seat.number, state: 'open' })
      greet(seat, seats.size)
      return { message: text => acks.receive(seat.number, text), closed: () => left(seats, log, seat) }
    },
    deliver: (type, payload, retry) => acks.send({ type, payload, retry }, nextLine),
    disconnect(reason, socket) {
      for (const seat of staying().filter(each => socket === undefined || each.number === socket)) leave(seat, reason)
    },
    connected: () => staying().length,
    async close() {
      acks.close()
      await Promise.all([...seats.values()].map(farewell))
    },
  }
}

function greet(seat: Seat, connections: number): void {
  const hello = {
    type: 'hello',
    num_connections: connections,
    debug_info: { host: 'lab', approximate_connection_time: 18_060 },
    connection_info: { app_id: IDENTITY.appId },
  }
  seat.peer.send(JSON.stringify(hello))
}

function dismiss(clock: Clock, seat: Seat, reason: LeaveReason): void {
  seat.peer.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'lab' } }))
  clock.after(LEAVE_WITHIN_MS, () => seat.peer.close(1001, reason))
}

function left(seats: Map<number, Seat>, log: Log, seat: Seat): void {
  seats.delete(seat.number)
  seat.gone()
  log.add({ kind: 'socket', socket: seat.number, state: 'closed' })
}

function farewell(seat: Seat): Promise<void> {
  return new Promise(resolve => {
    seat.gone = resolve
    seat.peer.close(1001, 'the workspace closes')
  })
}
