import type { ClusterStatus } from '../clusters/status.ts'
import type { Problem } from '../problem.ts'
import type { Plan } from '../runbooks/plan.ts'
import type { Attestation, Entry, OutputRef, Request, RunEventOf, Speaker, StepOutcome } from './events.ts'
import type { Measured } from './measured.ts'

/**
 * - `requested`: journalled, no plan yet
 * - `waiting`: a gate is open
 * - `runnable`: nothing hinders the next leg
 * - `running`: a leg is under way
 * - `finished`: nothing follows by itself (refused included)
 */
export type Phase = 'requested' | 'waiting' | 'runnable' | 'running' | 'finished'

export interface ExecutionState {
  readonly host: string
  readonly attempt: number
  readonly operation: string
  readonly startedAt: number
  readonly outcome?: StepOutcome
  readonly exitCode?: number
  readonly reason?: string
  readonly durationMs?: number
  readonly stdout?: OutputRef | undefined
  readonly stderr?: OutputRef | undefined
  /** It may have begun on the node, whatever its outcome. */
  readonly begun?: boolean | undefined
  /** What the node's own record said. */
  readonly record?: string | undefined
  readonly complete?: boolean | undefined
  readonly lost?: string | undefined
  readonly bundle?: string | undefined
  readonly epoch?: number | undefined
}

export interface StepState {
  readonly id: string
  /** Undefined while it runs. */
  readonly outcome?: StepOutcome
  readonly reason: string
  readonly startedAt: number
  readonly durationMs: number
  /** Latest progress by host ("" for the step itself). */
  readonly progress: Readonly<Record<string, string>>
  /** In the order they began. */
  readonly executions: readonly ExecutionState[]
  /** Of a `measure` step: what clients felt. */
  readonly measured?: Measured | undefined
}

export interface Decision {
  readonly decision: 'approve' | 'deny'
  readonly speaker: Speaker
  readonly reason: string
  readonly at: number
  readonly digest: string
  readonly attestation: Attestation
}

export interface GateState extends Omit<RunEventOf<'gate-opened'>, 'type'> {
  readonly openedAt: number
  readonly decisions: readonly Decision[]
  readonly result?: RunEventOf<'gate-closed'>['result']
  readonly reason?: string
  readonly closedAt?: number
}

/** Words of a person that are part of a run. */
export interface Said {
  readonly speaker: Speaker
  readonly reason: string
  readonly at: number
  readonly attestation: Attestation
}

/** A person said of a step of unknown outcome that it is done. */
export interface Mark extends Said {
  readonly step: string
}

/** A run as its events tell it. The fold of the journal (fold.ts); nothing else is kept. */
export interface RunState {
  readonly run: string
  /** For people: #42. */
  readonly number: number
  readonly seq: number
  /** Hash of the last entry. */
  readonly head: string
  readonly phase: Phase
  readonly request: Request
  readonly speaker: Speaker
  readonly attestation: Attestation
  readonly requestedAt: number
  readonly leg: number
  readonly worker: string
  readonly problems: readonly Problem[]
  readonly plan?: Plan
  readonly digest?: string
  readonly plannedAt?: number
  /** The status the plan was made from. */
  readonly status?: ClusterStatus
  /** In the order they opened. */
  readonly gates: readonly GateState[]
  readonly lease?: { readonly cluster: string; readonly epoch: number; readonly released: boolean }
  /** First passes, by step id. */
  readonly steps: Readonly<Record<string, StepState>>
  /** Checks repeated after the gate, by step id. */
  readonly again: Readonly<Record<string, StepState>>
  /** The first stop while it went on; once it has ended, the one of a person who has looked. */
  readonly stop?: Said & {
    /** Said when the run had ended: by a person who has looked. */
    readonly afterEnd: boolean
  }
  /** People who wanted it looked at again after an unknown outcome, in order. */
  readonly resumes: readonly Said[]
  readonly marks: readonly Mark[]
  /** People who want the cluster taken from this run; two of them suffice. */
  readonly takeOver: readonly Said[]
  readonly takenOver?: Omit<RunEventOf<'taken-over'>, 'type'>
  /** Redis had forgotten parts of this run: nothing begins by itself until somebody resumes it. */
  readonly restored: boolean
  /** What changed since the latest approval, when that made it void; until there is a new gate to show it on, and on that gate. */
  readonly drift: readonly string[]
  /** The highest attempt of each step under earlier plans of this run: what was stored then keeps its names. */
  readonly attempts: Readonly<Record<string, number>>
  /** How often people have let this run go on: approvals (also those that became void) and resumes. Legs are counted by it. */
  readonly passes: number
  readonly undo: readonly Omit<RunEventOf<'undo-offered'>, 'type'>[]
  readonly finished?: Omit<RunEventOf<'finished'>, 'type'> & { readonly at: number }
  /** When the latest entry was written. */
  readonly updatedAt: number
}

/** A run with the entries behind it, as transcripts need it. */
export interface RunRecord {
  readonly state: RunState
  readonly entries: readonly Entry[]
}
