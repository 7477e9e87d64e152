import type { Clock } from './clock.ts'

/** What happened between the workspace and the app, for tests and for the person who wonders. */
export type Entry = { readonly at: number } & Happening

type Happening =
  | {
      readonly kind: 'call'
      readonly method: string
      readonly args: Readonly<Record<string, unknown>>
      readonly status: number
      readonly error?: string
      readonly latencyMs: number
    }
  | {
      readonly kind: 'envelope'
      readonly envelopeId: string
      readonly type: string
      readonly socket: number
      readonly attempt: number
    }
  | {
      readonly kind: 'ack'
      readonly envelopeId: string
      readonly socket: number
      readonly latencyMs: number
      readonly payload: unknown
      readonly fate: AckFate
    }
  | { readonly kind: 'unanswered'; readonly envelopeId: string; readonly reason: Unanswered }
  | {
      readonly kind: 'socket'
      readonly socket: number
      readonly state: 'open' | 'closed' | 'asked-to-leave'
      readonly reason?: string
    }
  | { readonly kind: 'response-url'; readonly status: number; readonly body: unknown; readonly error?: string }
  | { readonly kind: 'retry'; readonly eventId: string; readonly attempt: number; readonly delayMs: number }
  | { readonly kind: 'person'; readonly user: string; readonly did: string }

/** `taken`: the workspace acted on it; `again`: the envelope had one already; `late`: past the deadline; `dropped`: a fault lost it. */
export type AckFate = 'taken' | 'again' | 'late' | 'dropped' | 'unknown-envelope'
export type Unanswered = 'operation_timeout' | 'dispatch_failed'

export interface Log {
  add(happening: Happening): void
  entries(): readonly Entry[]
  clear(): void
}

const KEPT = 10_000

/** Keeps the last ten thousand entries; `added` is told of each. */
export function createLog(clock: Clock, added: () => void): Log {
  const entries: Entry[] = []
  return {
    add(happening) {
      entries.push({ at: clock.now(), ...happening })
      if (entries.length > KEPT) entries.splice(0, entries.length - KEPT)
      added()
    },
    entries: () => entries,
    clear: () => void entries.splice(0),
  }
}
