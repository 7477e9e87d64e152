import type { Bundle } from '../bundles.ts'

/** A line of the ledger of executions: written by the destructive step itself, on the node, past ha-bot. */
export interface Execution {
  readonly tag: string
  readonly step: string
  readonly boot: string
  readonly ns: bigint
}

/** What the node keeps of one operation. */
export interface NodeRecord {
  readonly operation: string
  readonly out: Buffer
  readonly err: Buffer
  /** The exit is recorded. */
  readonly hasResult: boolean
}

/** A message as it was in the workspace at the end. */
export interface SeenPost {
  readonly ts: string
  readonly bot: boolean
  readonly isPrivate: boolean
  readonly thread: string | undefined
  readonly said: string
  readonly buttons: readonly string[]
  readonly files: readonly string[]
}

/** A message that the workspace took from ha-bot, with the outbox key it carries. */
export interface TakenPost {
  readonly key: string
}

/** Somebody asked, and was told this. */
export interface Heard {
  readonly tag: string
  readonly answer: 'accepted' | 'refused' | 'nothing' | 'other'
  readonly number: number | undefined
  readonly words: string
}

/** Bytes that must not be anywhere but on the node. */
export interface Place {
  readonly where: string
  readonly text: string
}

/** Everything that the checker may look at: nothing of it is told by the product's own code. */
export interface Evidence {
  readonly heard: readonly Heard[]
  readonly executions: readonly Execution[]
  readonly bundles: readonly Bundle[]
  /** Files of a bundle by its folder and name. */
  readonly output: (bundle: Bundle, file: string) => Buffer | undefined
  readonly node: readonly NodeRecord[]
  readonly posts: readonly SeenPost[]
  readonly taken: readonly TakenPost[]
  readonly secrets: readonly string[]
  readonly places: readonly Place[]
  /** The archive itself could not take what it was given: then output may be missing, if the run says so. */
  readonly archiveFailed: boolean
  /** Processes that ended without being told to, with their last words. */
  readonly died: readonly string[]
  /** ms between the last heal and the end of the last run; undefined when there was none in time. */
  readonly settledMs: number | undefined
}

export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10' | 'I11' | 'I12' | 'I13'

export interface Violation {
  readonly invariant: Invariant
  readonly what: string
}
