import type { Delivery } from '../pending.ts'

/** How something a person did ended. `error` is a stable word, `detail` says what there was instead. */
export type Done<T extends object = object> = ({ readonly ok: true } & T) | Undone
export interface Undone {
  readonly ok: false
  readonly error: string
  readonly detail?: string
}

/** What the app acknowledged with. */
export interface Acked {
  readonly envelopeId: string
  readonly ack: Readonly<Record<string, unknown>>
}

export function undone(error: string, detail?: string): Undone {
  return detail === undefined ? { ok: false, error } : { ok: false, error, detail }
}

export function acked(delivery: Extract<Delivery, { acked: true }>): Acked {
  return { envelopeId: delivery.envelopeId, ack: delivery.payload }
}
