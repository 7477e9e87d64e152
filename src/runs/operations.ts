import type { Kept, NotSent, OutputSink } from './ports.ts'

/** One change for one node. Its id is deterministic, so that whoever sends it sends the same operation, and the node runs it once. */
export interface OperationOrder {
  readonly cluster: string
  readonly node: string
  /** `<run>-<step>-<node>-<attempt>`: letters, digits, `.`, `_` and `-` only. */
  readonly operation: string
  /** A complete POSIX sh script, values already assigned (runbooks/script.ts). */
  readonly script: string
  /** Epoch of the cluster's lease: a node that has seen a higher one refuses. */
  readonly epoch: number
  /** For the node's own record: whose operation this is, and where the chain of its run stood when it was intended. */
  readonly run: string
  readonly number: number
  readonly step: string
  readonly seq: number
  readonly head: string
}

/**
 * - `begin`: nobody can have sent it before. What fails before the claim is written is `not-run`.
 * - `continue`: another worker may have sent it. Follows it, and claims it if the node has no record of it.
 * - `settle`: finds out what became of it and claims nothing: what the node has no record of is given up for good (tombstone).
 */
export type OperationMode = 'begin' | 'continue' | 'settle'

export interface Following {
  readonly mode: OperationMode
  /** The whole of it, from here: then it is ended on the node, like by a stop. */
  readonly timeoutMs: number
  /** How long a node may be silent, while its answer is outstanding, until this counts as `silent`. */
  readonly patienceMs: number
  /** A person wants it ended: its process group is ended on the node, and that is verified. */
  readonly stop: AbortSignal
  /** This worker leaves: nothing more is sent, the change goes on, another worker follows it. */
  readonly detach: AbortSignal
  /** Receives both streams in full, from their beginning, each byte once. */
  readonly output: OutputSink
  readonly keepBytes: number
}

/** Why an operation did not run and never will. */
export type NotRun = NotSent | 'fenced' | 'late' | 'no-space' | 'damaged' | 'tombstoned'

interface Seen {
  readonly stdout: Kept
  readonly stderr: Kept
  readonly durationMs: number
  /** What the node's own record says, in words: `claimed 14:03:41Z, running as process 812 since 14:03:41Z, started by setsid`. "" if it was not seen. */
  readonly record: string
}

/**
 * What became of an operation, as far as can be told.
 * - `done`: the node has its exit. `complete`: bytes and SHA-256 of both streams are those of the node's files. `stopped`: we ended it.
 * - `not-run`: it did not run, and the node will refuse it from now on or was never asked.
 * - `interrupted`: it began, and its process is gone without an exit: the node was restarted, or the process was killed.
 * - `running`: it was to be ended and is still there.
 * - `silent`: it may have been claimed, and the node does not say.
 * - `detached`: `detach` fired while it was under way; nothing is known beyond that.
 */
export type OperationEnd =
  | (Seen & {
      readonly kind: 'done'
      /** -1 when a signal ended it. */
      readonly exitCode: number
      readonly exitSignal: string
      readonly complete: boolean
      readonly stopped?: 'timeout' | 'person'
    })
  | { readonly kind: 'not-run'; readonly code: NotRun; readonly reason: string }
  | (Seen & {
      readonly kind: 'interrupted' | 'running' | 'silent'
      readonly reason: string
      readonly stopped?: 'timeout' | 'person'
    })
  | { readonly kind: 'detached' }

/** One line of a node's ledger: an operation that it was asked for, as its own record has it. */
export interface LedgerEntry {
  readonly operation: string
  readonly state: 'claimed' | 'running' | 'done' | 'interrupted' | 'fenced' | 'late' | 'refused' | 'tombstoned'
  readonly run: string
  readonly number: number
  readonly step: string
  readonly epoch: number
  /** Node's clock, ms. */
  readonly claimedAt: number
  /** Undefined unless `done`. */
  readonly exitCode?: number
}

export interface NodeLedger {
  readonly operations: readonly LedgerEntry[]
  /** The highest epoch this node has seen, 0 for none. */
  readonly epoch: number
  /** Ends of chains that were left here: by run. */
  readonly heads: readonly {
    readonly run: string
    readonly number: number
    readonly seq: number
    readonly head: string
  }[]
}

/** Answer of a node to something that is not an operation. */
export type NodeAnswer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string }

/** Changes on nodes, at most once each: put, claimed, followed and ended on the node itself (docs/node-runner.md). Never rejects. */
export interface Operations {
  perform(order: OperationOrder, following: Following): Promise<OperationEnd>
  /** From now on this node refuses every operation of a lower epoch. */
  fence(cluster: string, node: string, epoch: number, signal: AbortSignal): Promise<NodeAnswer<true>>
  /** Leaves the end of a run's chain on the node, as a witness. */
  witness(
    place: { readonly cluster: string; readonly node: string },
    head: { readonly run: string; readonly number: number; readonly seq: number; readonly head: string },
    signal: AbortSignal,
  ): Promise<NodeAnswer<true>>
  ledger(cluster: string, node: string, signal: AbortSignal): Promise<NodeAnswer<NodeLedger>>
}
