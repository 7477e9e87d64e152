import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { Clock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { AckFate, Log, Unanswered } from './log.ts'

export type EnvelopeType = 'slash_commands' | 'interactive' | 'events_api'

export interface Retry {
  readonly attempt: number
  readonly reason: string
}

/** How an envelope ended: with what the app answered, or without an answer. */
export type Delivery =
  | { readonly acked: true; readonly envelopeId: string; readonly payload: Readonly<Record<string, unknown>> }
  | { readonly acked: false; readonly envelopeId: string; readonly error: Unanswered }

export interface Outgoing {
  readonly type: EnvelopeType
  readonly payload: Readonly<Record<string, unknown>>
  readonly retry: Retry | undefined
}

interface Line {
  readonly number: number
  send(text: string): void
}

interface Open {
  readonly sentAt: number
  /** `undefined` once the envelope is settled; it stays known so that a late acknowledgement is told apart from a stray one. */
  settle: ((delivery: Delivery) => void) | undefined
  cancel(): void
  expired: boolean
}

/** Sends envelopes and waits for their acknowledgements; the person is told after three seconds without one. */
export interface AckDesk {
  send(outgoing: Outgoing, pickLine: () => Line | undefined): Promise<Delivery>
  receive(socket: number, text: string): void
  close(): void
}

const DEADLINE_MS = 3_000
const REMEMBERED = 1_000

const AckFrame = z.strictObject({ envelope_id: z.string(), payload: z.record(z.string(), z.unknown()).optional() })

export function createAckDesk({ clock, log, faults }: { clock: Clock; log: Log; faults: Faults }): AckDesk {
  const open = new Map<string, Open>()
  let closed = false

  function finish(id: string, delivery: Delivery): void {
    const entry = open.get(id)
    const settle = entry?.settle
    if (!entry || !settle) return
    entry.settle = undefined
    entry.cancel()
    entry.expired = !delivery.acked
    if (!delivery.acked) log.add({ kind: 'unanswered', envelopeId: id, reason: delivery.error })
    settle(delivery)
  }

  function transmit(id: string, outgoing: Outgoing, pickLine: () => Line | undefined): void {
    const copies = 1 + (faults.take('duplicate') ? 1 : 0)
    for (let copy = 1; copy <= copies; copy += 1) {
      const line = pickLine()
      if (!line) {
        finish(id, { acked: false, envelopeId: id, error: 'dispatch_failed' })
        return
      }
      log.add({ kind: 'envelope', envelopeId: id, type: outgoing.type, socket: line.number, attempt: copy })
      line.send(JSON.stringify(envelope(id, outgoing)))
    }
  }

  function take(socket: number, id: string, payload: Readonly<Record<string, unknown>>): void {
    const entry = open.get(id)
    const fate = entry ? fateOf(entry, faults) : 'unknown-envelope'
    log.add({ kind: 'ack', envelopeId: id, socket, latencyMs: entry ? clock.now() - entry.sentAt : 0, payload, fate })
    if (fate === 'taken') finish(id, { acked: true, envelopeId: id, payload })
  }

  return {
    send(outgoing, pickLine) {
      const id = randomUUID()
      if (closed) return Promise.resolve({ acked: false, envelopeId: id, error: 'dispatch_failed' })
      return new Promise(resolve => {
        const cancel = clock.after(DEADLINE_MS, () =>
          finish(id, { acked: false, envelopeId: id, error: 'operation_timeout' }),
        )
        open.set(id, { sentAt: clock.now(), expired: false, settle: resolve, cancel })
        trim(open)
        const delay = faults.take('delay', fault => fault.what === 'envelope')
        if (delay) clock.after(delay.ms, () => transmit(id, outgoing, pickLine))
        else transmit(id, outgoing, pickLine)
      })
    },
    receive(socket, text) {
      const ack = AckFrame.safeParse(parseJson(text))
      if (!ack.success) return
      const { envelope_id, payload = {} } = ack.data
      const delay = faults.take('delay', fault => fault.what === 'ack')
      if (delay) clock.after(delay.ms, () => take(socket, envelope_id, payload))
      else take(socket, envelope_id, payload)
    },
    close() {
      closed = true
      for (const id of [...open.keys()]) finish(id, { acked: false, envelopeId: id, error: 'dispatch_failed' })
    },
  }
}

function fateOf(entry: Open, faults: Faults): AckFate {
  if (entry.expired) return 'late'
  if (!entry.settle) return 'again'
  return faults.take('drop_next_ack') ? 'dropped' : 'taken'
}

function envelope(id: string, { type, payload, retry }: Outgoing) {
  const again = retry ? { retry_attempt: retry.attempt, retry_reason: retry.reason } : {}
  const first = type === 'events_api' && !retry ? { retry_attempt: 0, retry_reason: '' } : {}
  return { envelope_id: id, type, payload, accepts_response_payload: type !== 'events_api', ...first, ...again }
}

function trim(open: Map<string, Open>): void {
  for (const [id, entry] of open) {
    if (open.size <= REMEMBERED || entry.settle) return
    open.delete(id)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
