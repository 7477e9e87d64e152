import type { PlannedStepOf } from '../../runbooks/plan.ts'
import type { ResultFacts } from '../conditions.ts'
import type { Course, StepResult } from '../course.ts'
import type { ExecutionResult } from '../ports.ts'

type RunStep = PlannedStepOf<'run'>

/**
 * What an execution came to. For a change, a link lost, a deadline passed or a stop after it was sent is `unknown`: only the host knows.
 * For a read-only step the same is `errored` or `timed-out`: it may be asked again.
 */
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
      return { outcome: step.change ? 'unknown' : 'errored', reason: result.reason }
    case 'timed-out':
      return { outcome: step.change ? 'unknown' : 'timed-out', reason: result.reason }
    case 'cancelled':
      return { outcome: step.change ? 'unknown' : 'cancelled', reason: result.reason }
  }
}

function judgedBy(step: RunStep, course: Course, judged: { host: string; result: ResultFacts }): StepResult {
  const { result } = judged
  const status = course.lastStatus()
  if (!status)
    return { outcome: step.change ? 'unknown' : 'errored', reason: 'there is no reading of the cluster to judge by' }
  const judgement = course.judge(step.expect, status, judged)
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

function silence(reason: string): Omit<ResultFacts, 'unreachable'> {
  return { exitCode: -1, signal: '', stdout: '', stderr: reason }
}
