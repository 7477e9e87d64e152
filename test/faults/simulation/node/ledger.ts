import type { Life } from '../life.ts'
import type { OperationProcess } from './wrapper.ts'

export type OperationState =
  | 'claimed'
  | 'running'
  | 'done'
  | 'interrupted'
  | 'fenced'
  | 'late'
  | 'refused'
  | 'tombstoned'

/** What the claimer wrote down. */
export interface Claim {
  readonly epoch: number
  readonly boot: number
  readonly claimer: Life
  readonly at: number
  readonly notAfter: number
  readonly run: string
  readonly number: string
  readonly step: string
}

/** The directory of one operation. Its being there is the claim. */
export interface OperationFiles {
  readonly operation: string
  claim: Claim | undefined
  started: { readonly boot: number; readonly at: number; readonly process: OperationProcess } | undefined
  /** Set once: why it will never run, or that it ended. */
  result:
    | { readonly state: 'done'; readonly exitCode: number; readonly signal: string; readonly at: number }
    | { readonly state: 'fenced' | 'late' | 'tombstoned'; readonly at: number }
    | { readonly state: 'refused'; readonly why: string; readonly at: number }
    | undefined
  out: Buffer
  err: Buffer
}

/** `<ledger>` on a node's disk. A restart of the node leaves it as it is. */
export class Ledger {
  readonly files = new Set<string>()
  readonly bundles = new Map<string, Buffer>()
  readonly operations = new Map<string, OperationFiles>()
  readonly notes = new Map<string, { readonly number: string; readonly seq: number; readonly head: string }>()
  fence = 0

  /** `mkdir`: one winner, ever. */
  makeDirectory(operation: string): OperationFiles | undefined {
    if (this.operations.has(operation)) return undefined
    const made: OperationFiles = {
      operation,
      claim: undefined,
      started: undefined,
      result: undefined,
      out: Buffer.alloc(0),
      err: Buffer.alloc(0),
    }
    this.operations.set(operation, made)
    return made
  }
}

/** What can be said of an operation from its files and from the processes that are there now. */
export function stateOf(files: OperationFiles, boot: number): OperationState {
  if (files.result) return files.result.state
  if (files.started) return files.started.boot === boot && files.started.process.life.isAlive ? 'running' : 'interrupted'
  if (!files.claim) return 'claimed'
  return files.claim.boot === boot && files.claim.claimer.isAlive ? 'claimed' : 'interrupted'
}
