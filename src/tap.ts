/** The borders between ha-bot and what it uses: every call over one of them goes through the tap. */
export type Border =
  | 'journal'
  | 'leases'
  | 'outputs'
  | 'archive'
  | 'sealing'
  | 'queue'
  | 'quarantine'
  | 'consumer'
  | 'shell'
  | 'operations'
  | 'desk'
  | 'outbox'
  | 'slack'
  | 'slack-web'

/** Stands before what a border leads to. In the product nothing stands there; the harness of the fault tests puts its fail points there. */
export type Tap = <T extends object>(border: Border, port: T) => T

export const untapped: Tap = (_, port) => port

/** Time limits that the fault tests shorten, in ms; the product leaves all of them out and has the ones beside what they limit. */
export interface Haste {
  /** How long a worker may be silent before its legs count as lost, and how often that is looked for. */
  readonly lockMs?: number
  readonly stalledMs?: number
  readonly reconcileMs?: number
  /** Least time between two edits of one card. */
  readonly editEveryMs?: number
}
