import type { StepFacts } from './conditions.ts'
import type { OutputRef } from './events.ts'
import type { ExecutionState, StepState } from './state.ts'

/** What a step of an earlier leg came to, for expressions, by its id; nothing while it has no outcome. */
export function factsOf(step: StepState): [string, StepFacts][] {
  if (!step.outcome) return []
  const latest = [...new Map(step.executions.map(execution => [execution.host, execution])).values()]
  const exitCode = (latest.find(one => one.exitCode !== 0) ?? latest[0])?.exitCode ?? 0
  return [[step.id, { outcome: step.outcome, exitCode, ...wholeStdout(latest) }]]
}

/** The journal holds the end of an output. Where that is not all of it there is no `stdout`: an expression must not judge by a part. */
function wholeStdout(executions: readonly ExecutionState[]): { stdout?: string } {
  const texts = new Set(executions.map(({ stdout }) => stdout?.tail ?? ''))
  if (texts.size !== 1) return { stdout: '' }
  if (executions.some(({ stdout, lost }) => lost !== undefined || (stdout && !isWhole(stdout)))) return {}
  return { stdout: executions[0]?.stdout?.tail ?? '' }
}

function isWhole(ref: OutputRef): boolean {
  return Buffer.byteLength(ref.tail) === ref.bytes
}
