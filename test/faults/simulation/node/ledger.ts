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
  readonly at: number
  readonly notAfter: number
  readonly run: string
  readonly number: string
  readonly step: string
}

/** Set once: how it ended, or why it will never run. */
export interface Result {
  readonly state: 'done' | 'fenced' | 'late' | 'tombstoned' | 'refused'
  readonly at: number
  readonly why?: string
  readonly exitCode?: number
  readonly signal?: string
}

/** The directory of one operation. Its being there is the claim. */
export interface OperationFiles {
  readonly operation: string
  /** Who made it. */
  readonly claimer: Life
  claim: Claim | undefined
  /** `launched`: whoever makes it may start the operation, or see to it that nobody does. */
  isLaunchTaken: boolean
  started: { readonly boot: number; readonly at: number; readonly process: OperationProcess } | undefined
  result: Result | undefined
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
  makeDirectory(operation: string, claimer: Life): OperationFiles | undefined {
    if (this.operations.has(operation)) return undefined
    const made: OperationFiles = {
      operation,
      claimer,
      claim: undefined,
      isLaunchTaken: false,
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
export function stateOf({ result, started, claim, claimer }: OperationFiles, boot: number): OperationState {
  if (result) return result.state
  if (started) return started.boot === boot && started.process.life.isAlive ? 'running' : 'interrupted'
  if (claimer.isAlive) return 'claimed'
  return claim === undefined || claim.boot === boot ? 'claimed' : 'interrupted'
}

/** Whoever sees that nobody is left who could start it takes the start away for good, so that the answer stays true. */
export function look(files: OperationFiles, boot: number, now: number): OperationState {
  const isAbandoned = stateOf(files, boot) === 'claimed' && !files.claimer.isAlive
  if (isAbandoned) preventStart(files, now, 'abandoned')
  return stateOf(files, boot)
}

/** False when it was started, or prevented, before. */
export function preventStart(files: OperationFiles, now: number, why: string): boolean {
  if (files.isLaunchTaken) return false
  files.isLaunchTaken = true
  files.result = { state: 'tombstoned', why, at: now }
  return true
}
