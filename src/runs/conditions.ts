import type { ClusterStatus } from '../clusters/status.ts'
import type { Plan } from '../runbooks/plan.ts'
import type { InputValue } from '../runbooks/schema.ts'
import type { StepOutcome } from './events.ts'

/** What an expression may see while a run is carried out. */
export interface Surroundings {
  readonly inputs: Readonly<Record<string, InputValue>>
  readonly status: ClusterStatus
  readonly steps: Readonly<Record<string, StepFacts>>
  /** The runbook that the expression is from, when the plan's own uses it. */
  readonly runbook?: string
  /** The node of the execution that is judged (`expect`); else the one whose turn of a rolling it is. */
  readonly host?: string
  /** Only where an execution is judged (`expect`). */
  readonly result?: ResultFacts
}

/**
 * `steps.<id>` in an expression. `stdout` is what all hosts printed if they agree, else ""; absent where only a part of it was kept:
 * reading it is an evaluation error then.
 */
export interface StepFacts {
  readonly outcome: StepOutcome
  readonly exitCode: number
  readonly stdout?: string
}

/** `result` in an `expect`. */
export interface ResultFacts {
  readonly exitCode: number
  readonly signal: string
  readonly stdout: string
  readonly stderr: string
  readonly unreachable: boolean
}

/** `holds` is never guessed: an evaluation that fails says why and is neither true nor false. */
export type Judgement =
  | { readonly ok: true; readonly holds: true }
  /** `because`: the part that does not hold, in the words of the expression. */
  | { readonly ok: true; readonly holds: false; readonly because: string }
  | { readonly ok: false; readonly reason: string }

/** Evaluates the conditions of a plan, which are kept as text. */
export interface Conditions {
  judge(expression: string, surroundings: Surroundings): Judgement
}

/** The conditions of one plan: its expressions may use what its runbook declared. */
export type ConditionsOf = (plan: Plan) => Conditions
