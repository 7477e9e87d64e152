import { randomBytes } from 'node:crypto'
import { createAckDesk, type Delivery, type EnvelopeType, type Retry } from './acks.ts'
import type { Clock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { Log } from './log.ts'
import { IDENTITY } from './seed.ts'
import type { WebSocketListener, WebSocketPeer } from './websocket.ts'

export type LeaveReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'cut'

export interface SocketMode {
  /** A ticket for the address of one WebSocket; good once. */
  ticket(): string
  /** Whether a WebSocket may open with this ticket. */
  redeem(ticket: string): boolean
  /** A newly opened socket: it is greeted and takes part from now on. */
  join(peer: WebSocketPeer): WebSocketListener
  /** Sends to ONE socket and settles with the app's acknowledgement, or without one after three seconds. */
  deliver(type: EnvelopeType, payload: Readonly<Record<string, unknown>>, retry?: Retry): Promise<Delivery>
  /** Asks sockets to leave as Slack does at a refresh, or cuts them; all of them when no number is given. */
  disconnect(reason: LeaveReason, socket?: number): number
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

interface Parts {
  readonly clock: Clock
  readonly log: Log
  readonly faults: Faults
}

const TICKET_LIFE_MS = 30_000
const LEAVE_WITHIN_MS = 10_000

export function createSocketMode({ clock, log, faults }: Parts): SocketMode {
  const tickets = new Map<string, number>()
  const seats = new Map<number, Seat>()
  const acks = createAckDesk({ clock, log, faults })
  let lastSeat = 0
  let turn = 0

  /** Round robin over the sockets that have not been asked to leave. */
  function nextSeat(): Seat | undefined {
    const ready = [...seats.values()].filter(seat => !seat.leaving)
    turn += 1
    return ready[turn % ready.length]
  }

  function leave(seat: Seat, reason: LeaveReason): void {
    log.add({ kind: 'socket', socket: seat.number, state: 'asked-to-leave', reason })
    seat.leaving = true
    if (reason === 'cut') {
      seat.peer.destroy()
      return
    }
    seat.peer.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'lab' } }))
    clock.after(LEAVE_WITHIN_MS, () => seat.peer.close(1001, reason))
  }

  return {
    ticket() {
      const ticket = randomBytes(16).toString('hex')
      tickets.set(ticket, clock.now())
      return ticket
    },
    redeem(ticket) {
      const at = tickets.get(ticket)
      tickets.delete(ticket)
      return at !== undefined && clock.now() - at < TICKET_LIFE_MS
    },
    join(peer) {
      lastSeat += 1
      const seat: Seat = { number: lastSeat, peer, leaving: false, gone: () => {} }
      seats.set(seat.number, seat)
      log.add({ kind: 'socket', socket: seat.number, state: 'open' })
      greet(seat, seats.size)
      return {
        message: text => acks.receive(seat.number, text),
        closed() {
          seats.delete(seat.number)
          seat.gone()
          log.add({ kind: 'socket', socket: seat.number, state: 'closed' })
        },
      }
    },
    deliver(type, payload, retry) {
      return acks.send({ type, payload, retry }, () => {
        const seat = nextSeat()
        return seat && { number: seat.number, send: text => seat.peer.send(text) }
      })
    },
    disconnect(reason, socket) {
      const chosen = [...seats.values()].filter(seat => socket === undefined || seat.number === socket)
      for (const seat of chosen) leave(seat, reason)
      return chosen.length
    },
    connected: () => [...seats.values()].filter(seat => !seat.leaving).length,
    async close() {
      acks.close()
      await Promise.all([...seats.values()].map(dismiss))
    },
  }
}

function dismiss(seat: Seat): Promise<void> {
  return new Promise(resolve => {
    seat.gone = resolve
    seat.peer.close(1001, 'the workspace closes')
  })
}

function greet(seat: Seat, connections: number): void {
  seat.peer.send(
    JSON.stringify({
      type: 'hello',
      num_connections: connections,
      debug_info: { host: 'lab', approximate_connection_time: 18_060 },
      connection_info: { app_id: IDENTITY.appId },
    }),
  )
}
