import type { Clock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { AckFate, Log, Unanswered } from './log.ts'

/** How an envelope ended: with what the app answered, or without an answer. */
export type Delivery =
  | { readonly acked: true; readonly envelopeId: string; readonly payload: Readonly<Record<string, unknown>> }
  | { readonly acked: false; readonly envelopeId: string; readonly error: Unanswered }

/** Envelopes on their way and what became of them. */
interface Pending {
  /** From now on an acknowledgement is awaited; settles with it, or without one after three seconds. */
  expect(id: string): Promise<Delivery>
  giveUp(id: string, error: Unanswered): void
  acknowledge(id: string, socket: number, payload: Readonly<Record<string, unknown>>): void
  giveUpAll(): void
}

interface Entry {
  readonly sentAt: number
  readonly cancel: () => void
  /** Undefined once settled; the entry stays known so that a late acknowledgement is told apart from a stray one. */
  settle: ((delivery: Delivery) => void) | undefined
  expired: boolean
}

const DEADLINE_MS = 3_000
const REMEMBERED = 1_000

export function createPending({ clock, log, faults }: { clock: Clock; log: Log; faults: Faults }): Pending {
  const entries = new Map<string, Entry>()

  function finish(delivery: Delivery): void {
    const entry = entries.get(delivery.envelopeId)
    const settle = entry?.settle
    if (!entry || !settle) return
    entry.settle = undefined
    entry.expired = !delivery.acked
    entry.cancel()
    if (!delivery.acked) log.add({ kind: 'unanswered', envelopeId: delivery.envelopeId, reason: delivery.error })
    settle(delivery)
  }

  const giveUp = (envelopeId: string, error: Unanswered) => finish({ acked: false, envelopeId, error })

  return {
    expect(id) {
      forgetOld(entries)
      const cancel = clock.after(DEADLINE_MS, () => giveUp(id, 'operation_timeout'))
      return new Promise(settle => entries.set(id, { sentAt: clock.now(), cancel, settle, expired: false }))
    },
    giveUp,
    acknowledge(id, socket, payload) {
      const entry = entries.get(id)
      const fate = entry ? fateOf(entry, faults) : 'unknown-envelope'
      log.add({ kind: 'ack', envelopeId: id, socket, latencyMs: entry ? clock.now() - entry.sentAt : 0, payload, fate })
      if (fate === 'taken') finish({ acked: true, envelopeId: id, payload })
    },
    giveUpAll() {
      for (const id of entries.keys()) giveUp(id, 'dispatch_failed')
    },
  }
}

function fateOf(entry: Entry, faults: Faults): AckFate {
  if (entry.expired) return 'late'
  if (!entry.settle) return 'again'
  return faults.take('drop_next_ack') ? 'dropped' : 'taken'
}

function forgetOld(entries: Map<string, Entry>): void {
  for (const [id, entry] of entries) {
    if (entries.size <= REMEMBERED || entry.settle) return
    entries.delete(id)
  }
}
