import type { ChangeStep } from '../changes.ts'
import type { Course, StepResult } from '../course.ts'
import type { OperationEnd } from '../operations.ts'
import { judgedBy, silence } from './verdict.ts'

/** `begun`: it may have had an effect, whatever its outcome. */
export interface OperationVerdict extends StepResult {
  readonly begun: boolean
}

type Known = Exclude<OperationEnd, { kind: 'detached' }>

/**
 * What a change came to. Only the node's own record of its exit is judged; everything that leaves its effect open is `unknown`. A change
 * that a person had ended, and that is verified to be gone, is `cancelled`: what it did until then stays to be looked at.
 */
export function operationVerdict(step: ChangeStep, host: string, end: Known, course: Course): OperationVerdict {
  switch (end.kind) {
    case 'done':
      return { ...done(step, host, end, course), begun: true }
    case 'not-run':
      return { ...notRun(end, course), begun: false }
    case 'interrupted':
    case 'silent':
      if (step.unreachable === 'expected' && end.stopped === undefined)
        return {
          ...judgedBy(step, course, { host, result: { ...silence(end.reason), unreachable: true } }),
          begun: true,
        }
      return { outcome: 'unknown', reason: end.reason, begun: true }
    case 'running':
      return { outcome: 'unknown', reason: end.reason, begun: true }
  }
}

/** Where a person said stop, that it never began is how the stop ended. */
function notRun(end: Extract<Known, { kind: 'not-run' }>, course: Course): StepResult {
  if (end.code === 'cancelled') return { outcome: 'cancelled', reason: end.reason }
  if (!course.leg.stop.aborted) return { outcome: 'errored', reason: end.reason }
  return { outcome: 'cancelled', reason: `${course.stopped().reason}; ${end.reason}` }
}

function done(step: ChangeStep, host: string, end: Extract<Known, { kind: 'done' }>, course: Course): StepResult {
  const { exitCode, exitSignal: signal, stdout, stderr } = end
  const result = { exitCode, signal, stdout: stdout.text, stderr: stderr.text, unreachable: false }
  if (end.stopped === undefined) return judgedBy(step, course, { host, result })
  // It may have come to its end in the very moment it was to be ended.
  if (signal === '' && exitCode === 0) return judgedBy(step, course, { host, result })
  const gone = `it was ended there and is gone; what it did until then is not known`
  if (end.stopped === 'person') return { outcome: 'cancelled', reason: `${course.stopped().reason}; ${gone}` }
  return { outcome: 'unknown', reason: `its time was up; ${gone}` }
}
