import type { PlannedStepOf } from '../../runbooks/plan.ts'
import type { ResultFacts } from '../conditions.ts'
import type { Course, StepResult } from '../course.ts'
import type { ExecutionResult } from '../ports.ts'

type RunStep = PlannedStepOf<'run'>

/** What a read-only execution came to: what was lost or took too long may be asked again. */
export function verdict(step: RunStep, host: string, result: ExecutionResult, course: Course): StepResult {
  const judged = (facts: ResultFacts) => judgedBy(step, course, { host, result: facts })
  switch (result.kind) {
    case 'exited':
      return judged({ ...facts(result), unreachable: false })
    case 'not-sent':
      if (result.code === 'cancelled') return { outcome: 'cancelled', reason: result.reason }
      if (step.unreachable === 'expected') return judged({ ...silence(result.reason), unreachable: true })
      return { outcome: 'errored', reason: result.reason }
    case 'lost':
      if (step.unreachable === 'expected') return judged({ ...silence(result.reason), unreachable: true })
      return { outcome: 'errored', reason: result.reason }
    case 'timed-out':
    case 'cancelled':
      return { outcome: result.kind, reason: result.reason }
  }
}

/** Judges by the step's `expect`. What cannot be judged is `errored`, behind a change `unknown`. */
export function judgedBy(step: RunStep, course: Course, judged: { host: string; result: ResultFacts }): StepResult {
  const { result } = judged
  const status = course.lastStatus()
  if (!status)
    return { outcome: step.change ? 'unknown' : 'errored', reason: 'there is no reading of the cluster to judge by' }
  const judgement = course.judge(step, step.expect, status, judged)
  if (!judgement.ok) return { outcome: step.change ? 'unknown' : 'errored', reason: `expect: ${judgement.reason}` }
  if (judgement.holds) return { outcome: 'succeeded', reason: '' }
  const how = result.signal ? `ended by ${result.signal}` : `exit ${result.exitCode}`
  const said = (result.stderr || result.stdout).trim().split('\n').at(-1) ?? ''
  return { outcome: 'failed', reason: said ? `${how}: ${said}` : how }
}

function facts(result: Extract<ExecutionResult, { kind: 'exited' }>): Omit<ResultFacts, 'unreachable'> {
  return {
    exitCode: result.exitCode,
    signal: result.exitSignal,
    stdout: result.stdout.text,
    stderr: result.stderr.text,
  }
}

export function silence(reason: string): Omit<ResultFacts, 'unreachable'> {
  return { exitCode: -1, signal: '', stdout: '', stderr: reason }
}
