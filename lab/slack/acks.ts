import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { Clock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { Log } from './log.ts'
import { createPending, type Delivery } from './pending.ts'
import { parseJson } from './web/body.ts'

export type EnvelopeType = 'slash_commands' | 'interactive' | 'events_api'

export interface Retry {
  readonly attempt: number
  readonly reason: string
}

interface Outgoing {
  readonly type: EnvelopeType
  readonly payload: Readonly<Record<string, unknown>>
  readonly retry: Retry | undefined
}

interface Line {
  readonly number: number
  send(text: string): void
}

/** Sends envelopes and takes their acknowledgements; `pickLine` chooses the socket, or none. */
interface AckDesk {
  send(outgoing: Outgoing, pickLine: () => Line | undefined): Promise<Delivery>
  receive(socket: number, text: string): void
  /** Gives up what is awaited; nothing is sent any more. */
  close(): void
}

const AckFrame = z.strictObject({ envelope_id: z.string(), payload: z.record(z.string(), z.unknown()).optional() })

export function createAckDesk(parts: { clock: Clock; log: Log; faults: Faults }): AckDesk {
  const { clock, log, faults } = parts
  const pending = createPending(parts)
  let closed = false

  function transmit(id: string, outgoing: Outgoing, pickLine: () => Line | undefined): void {
    const copies = 1 + (faults.take('duplicate') ? 1 : 0)
    for (let attempt = 1; attempt <= copies; attempt += 1) {
      const line = closed ? undefined : pickLine()
      if (!line) {
        pending.giveUp(id, 'dispatch_failed')
        return
      }
      log.add({ kind: 'envelope', envelopeId: id, type: outgoing.type, socket: line.number, attempt })
      line.send(JSON.stringify(envelope(id, outgoing)))
    }
  }

  /** Later, when a fault says so. */
  function delayed(what: 'ack' | 'envelope', act: () => void): void {
    const delay = faults.take('delay', fault => fault.what === what)
    if (delay) clock.after(delay.ms, act)
    else act()
  }

  return {
    send(outgoing, pickLine) {
      const id = randomUUID()
      const settled = pending.expect(id)
      delayed('envelope', () => transmit(id, outgoing, pickLine))
      return settled
    },
    receive(socket, text) {
      const ack = AckFrame.safeParse(parseJson(text))
      if (!ack.success) return
      const { envelope_id, payload = {} } = ack.data
      delayed('ack', () => pending.acknowledge(envelope_id, socket, payload))
    },
    close() {
      closed = true
      pending.giveUpAll()
    },
  }
}

function envelope(id: string, { type, payload, retry }: Outgoing) {
  const events = { retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' }
  return {
    envelope_id: id,
    type,
    payload,
    accepts_response_payload: type !== 'events_api',
    ...(type === 'events_api' && events),
  }
}
