import type { ServiceAddress } from '../clusters/service-address.ts'
import type { ClusterStatus } from '../clusters/status.ts'
import type { Result } from '../problem.ts'

export type StreamName = 'stdout' | 'stderr'

/** Takes the bytes of one execution as they arrive. A returned promise is awaited: that is the back pressure. */
export type OutputSink = (stream: StreamName, chunk: Buffer) => void | Promise<void>

export interface Execution {
  readonly cluster: string
  readonly node: string
  /** A complete POSIX sh script, values already assigned (runbooks/script.ts). */
  readonly script: string
  /**
   * Sent instead of `script`: a file on the node that /bin/sh is to run, and its arguments. Letters, digits and `._/:=,@+-` only, which
   * every login shell reads alike (§3.1 Login shell).
   */
  readonly call?: readonly string[]
  /** Given to the script's standard input, which is then closed; the way for bundles and secrets (§3.4 PUT). */
  readonly stdin?: Uint8Array
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Receives both streams in full. */
  readonly output?: OutputSink
  /** How much of each stream is also kept in memory for the result; the rest only goes to `output`. */
  readonly keepBytes: number
}

/** What was kept of one stream: its beginning, and how long the whole was. */
export interface Kept {
  readonly text: string
  readonly bytes: number
  readonly truncated: boolean
  /** Fingerprints of passwords that are masked in it, by line from 0: what looks alike may differ there. Never stored. */
  readonly hidden?: ReadonlyMap<number, string>
}

/**
 * How an execution ended; the class decides what may follow (ssh-and-remote-execution.md §3.3).
 * - `exited`: the far side reported an exit code or a signal.
 * - `not-sent`: connect, handshake, login, host key or channel failed; nothing ran, repeating is safe.
 * - `lost`: the request was sent and the link broke before an exit was seen; it may have run, may be running.
 * - `timed-out`: our deadline passed first; it may still be running.
 * - `cancelled`: `signal` fired after it was sent; it may still be running.
 */
export type ExecutionResult =
  | {
      readonly kind: 'exited'
      /** -1 when it was killed by a signal. */
      readonly exitCode: number
      readonly exitSignal: string
      readonly stdout: Kept
      readonly stderr: Kept
      readonly durationMs: number
    }
  | {
      readonly kind: 'not-sent'
      readonly code: NotSent
      /** A sentence for a person: what, to whom, what to do. */
      readonly reason: string
    }
  | {
      readonly kind: 'lost' | 'timed-out' | 'cancelled'
      readonly reason: string
      readonly stdout: Kept
      readonly stderr: Kept
      readonly durationMs: number
    }

export type NotSent =
  | 'unreachable'
  | 'host-key-unknown'
  | 'host-key-changed'
  | 'host-key-revoked'
  | 'login-refused'
  | 'no-common-algorithm'
  | 'channel-refused'
  | 'too-large'
  | 'cancelled'
  | 'unknown-node'

/** Runs scripts on nodes. Never rejects: whatever happens is one of the results. */
export interface Shell {
  execute(execution: Execution): Promise<ExecutionResult>
}

/** Reads a cluster's status over its members. Never rejects. */
export interface StatusReader {
  read(cluster: string, signal: AbortSignal): Promise<Result<ClusterStatus>>
}

export interface Clock {
  /** Wall clock in ms since the epoch. */
  now(): number
  /** Monotonic, in ms. */
  monotonic(): number
  /** Resolves after `ms`, or as soon as `signal` fires. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** One request and what came of it. Times are of `Clock.monotonic`. */
export interface Round {
  readonly startedAt: number
  readonly endedAt: number
  readonly answered: boolean
  /** Why there was no answer, in a few words; "" when there was one. */
  readonly reason: string
}

/** Requests that go on in the background until it is closed. */
export interface Watching {
  /** Those that have ended, in order; it grows. */
  readonly rounds: readonly Round[]
  /** Resolves once more than `seen` have ended, when it is closed, or as soon as `signal` fires. */
  more(seen: number, signal: AbortSignal): Promise<void>
  /** Nothing is asked any more. Safe to call twice. */
  close(): void
}

/** Asks a service as a client would that is no member of the cluster. Never rejects: whatever happens is a round. */
export interface Prober {
  /** A connection every `everyMs`, opened and closed; never two at a time. Without an answer within `timeoutMs` it has failed. */
  watch(target: ServiceAddress, timing: { readonly everyMs: number; readonly timeoutMs: number }): Watching
}
