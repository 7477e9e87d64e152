import { sha256 } from '../../canonical.ts'
import { good, type Problem, problemText, type Result } from '../../problem.ts'
import { withText } from '../../runbooks/copy-script.ts'
import { type ChangeStep, executionsOf, mayHaveChanged } from '../changes.ts'
import type { Course, StepResult } from '../course.ts'
import type { RunEvent, RunEventOf } from '../events.ts'
import type { OperationEnd, OperationMode, OperationOrder } from '../operations.ts'
import type { Recorded } from '../output.ts'
import type { ExecutionState } from '../state.ts'
import { copiedText } from './copied.ts'
import { KEEP_BYTES } from './keep.ts'
import { operationVerdict } from './operation-verdict.ts'

type Finished = RunEventOf<'execution-finished'>

/** How long a node may say nothing while a change is under way there, before that is called unknown. */
const PATIENCE_MS = 45_000
/** A step that cuts off its own node is judged from its peers: there is no point in waiting long for an answer. */
const EXPECTED_PATIENCE_MS = 20_000

/**
 * Carries a change out, on one host after the other. Each intention is journalled before anything is sent, and the node itself sees to it
 * that an operation begins at most once; whoever carries this leg on after another worker asks the node what became of it.
 */
export async function* changeStep(
  step: ChangeStep,
  course: Course,
  which: 'all' | 'only-open' = 'all',
): AsyncGenerator<RunEvent, StepResult> {
  const script = await scriptOf(step, course)
  for (const host of step.hosts) {
    const before = executionsOf(course.run, step.id).findLast(execution => execution.host === host)
    if (before?.outcome === 'succeeded' || (!before && which === 'only-open')) continue
    const result = settledBefore(before, host) ?? (yield* onHost(step, course, { host, before, script }))
    if (result.outcome !== 'succeeded') return result
  }
  return { outcome: 'succeeded', reason: '' }
}

/** What is carried out; of a copy with the text of its file, which is read once for all hosts. */
async function scriptOf(step: ChangeStep, course: Course): Promise<Result<string>> {
  const text = await copiedText(step, course)
  if (!text.ok) return text
  return good(step.file ? withText(step.script, text.value) : step.script)
}

interface Turn {
  readonly host: string
  readonly before: ExecutionState | undefined
  readonly script: Result<string>
}

async function* onHost(
  step: ChangeStep,
  course: Course,
  { host, before, script }: Turn,
): AsyncGenerator<RunEvent, StepResult> {
  if (!before && course.signal.aborted)
    return { outcome: 'cancelled', reason: `${course.stopped().reason} before ${host}; nothing was sent there` }
  if (!before && !script.ok) return { outcome: 'failed', reason: notSent(script.problems, host) }
  const sent = script.ok ? script.value : step.script
  if (!before) yield intention(step, course, host, sent)
  // A file that was changed meanwhile is sent nowhere; what became of what was sent before, the node knows.
  const mode = script.ok ? modeFor(before, course) : 'settle'
  const done = await changeOn(step, course, host, { mode, patienceMs: patienceFor(step), script: sent })
  if (!done) return course.stopped()
  course.settled(step.id, host, mayHaveChanged(done))
  yield done
  return { outcome: done.outcome, reason: `${host}: ${done.reason}` }
}

function notSent(problems: readonly Problem[], host: string): string {
  return `${host}: nothing was sent there. ${problems.map(problemText).join('\n')}`
}

/** How it ended under an earlier leg, where there is nothing more to be learnt from the node about it. */
function settledBefore(before: ExecutionState | undefined, host: string): StepResult | undefined {
  if (!before?.outcome || before.outcome === 'unknown') return undefined
  return { outcome: before.outcome, reason: `${host}: ${before.reason ?? ''}` }
}

/** Only a takeover that follows by itself may still begin what an earlier worker intended: a person who comes later must ask anew. */
function modeFor(before: ExecutionState | undefined, { run, leg }: Course): OperationMode {
  if (!before) return 'begin'
  if (leg.stop.aborted) return 'settle'
  const isOld =
    before.outcome === 'unknown' || run.restored || run.resumes.some(resume => resume.at >= before.startedAt)
  return isOld ? 'settle' : 'continue'
}

function operationId(step: ChangeStep, course: Course, host: string): string {
  return `${course.run.run}-${step.id}-${host}-1`
}

function intention(step: ChangeStep, course: Course, host: string, script: string): RunEventOf<'execution-started'> {
  const operation = operationId(step, course, host)
  return {
    type: 'execution-started',
    step: step.id,
    host,
    attempt: 1,
    operation,
    bundle: sha256(script),
    epoch: epochOf(course),
  }
}

function epochOf({ leaseTaken, run }: Course): number {
  return leaseTaken?.epoch ?? run.lease?.epoch ?? 0
}

function orderFor(step: ChangeStep, course: Course, host: string, script: string): OperationOrder {
  const { run, number } = course.run
  const { cluster } = course.plan
  const operation = operationId(step, course, host)
  return {
    cluster,
    node: host,
    operation,
    script,
    epoch: epochOf(course),
    run,
    number,
    step: step.id,
    ...course.leg.head(),
  }
}

function patienceFor(step: ChangeStep): number {
  return step.unreachable === 'expected' ? EXPECTED_PATIENCE_MS : PATIENCE_MS
}

interface How {
  readonly mode: OperationMode
  readonly patienceMs: number
  /** Default: that of the plan, which is all that settling needs. */
  readonly script?: string
}

/**
 * The event that tells how a change on one host ended; undefined when this worker leaves and another one follows the change. It must have
 * been journalled as an intention before.
 */
export async function changeOn(
  step: ChangeStep,
  course: Course,
  host: string,
  how: How,
): Promise<Finished | undefined> {
  const { end, stored } = await performed(step, course, host, how)
  if (end.kind === 'detached') return undefined
  const { outcome, reason, begun } = operationVerdict(step, host, end, course)
  if (outcome === 'unknown') course.evidence.push(...evidenceOf(step, course, host, end))
  if (outcome === 'succeeded' && end.kind === 'done') remember(step, course, end)
  return {
    type: 'execution-finished',
    step: step.id,
    host,
    attempt: 1,
    outcome,
    exitCode: end.kind === 'done' ? end.exitCode : -1,
    reason,
    durationMs: end.kind === 'not-run' ? 0 : Math.round(end.durationMs),
    ...stored,
    begun,
    ...(end.kind !== 'not-run' && end.record !== '' && { record: end.record }),
    ...(end.kind === 'done' && { complete: isWhole(end, stored) }),
  }
}

/** So often the output of a change that has ended is fetched from its node, until all of it is stored. */
const FETCHES = 3
const FETCH_PAUSE_MS = 2000

interface Performed {
  readonly end: OperationEnd
  readonly stored: Recorded
}

/** The node keeps its output: what did not reach the archive the first time is fetched once more, from the beginning. */
async function performed(step: ChangeStep, course: Course, host: string, how: How): Promise<Performed> {
  const first = await performOnce(step, course, host, how)
  let latest = first
  for (let fetch = 2; fetch <= FETCHES && latest.end.kind === 'done' && !isWhole(latest.end, latest.stored); fetch++) {
    await course.ports.clock.sleep(FETCH_PAUSE_MS, course.leg.detach)
    latest = await performOnce(step, course, host, { ...how, mode: 'settle' })
  }
  if (latest.end.kind === 'detached' || first.end.kind !== 'done') return latest
  // How it ended is known since the first time, whatever became of the node since then.
  if (latest.end.kind !== 'done') return first
  return { ...latest, end: { ...latest.end, ...(first.end.stopped && { stopped: first.end.stopped }) } }
}

function isWhole(end: Extract<OperationEnd, { kind: 'done' }>, stored: Recorded): boolean {
  return end.complete && stored.lost === undefined
}

async function performOnce(
  step: ChangeStep,
  course: Course,
  host: string,
  { mode, patienceMs, script = step.script }: How,
): Promise<Performed> {
  const { outputs, operations } = course.ports
  const { run, number } = course.run
  const recording = await outputs.record({ run, number, step: step.id, host, attempt: 1, again: false })
  const end = await operations.perform(orderFor(step, course, host, script), {
    mode,
    timeoutMs: step.timeoutMs,
    patienceMs,
    stop: course.leg.stop,
    detach: course.leg.detach,
    output: recording.sink,
    keepBytes: KEEP_BYTES,
  })
  return { end, stored: await recording.finish() }
}

/** What `steps.<id>` says afterwards: `stdout` only where all hosts printed the same, and all of it was kept. */
function remember(step: ChangeStep, course: Course, end: Extract<OperationEnd, { kind: 'done' }>): void {
  const known = course.facts[step.id]
  const isFirst = known === undefined
  const text = end.stdout.text
  const stdout =
    end.stdout.truncated || (!isFirst && known.stdout === undefined)
      ? {}
      : { stdout: isFirst || known.stdout === text ? text : '' }
  course.facts[step.id] = { outcome: 'succeeded', exitCode: end.exitCode, ...stdout }
}

function evidenceOf(
  step: ChangeStep,
  course: Course,
  host: string,
  end: Exclude<OperationEnd, { kind: 'detached' }>,
): string[] {
  const sent = `sent: "${step.name}" to ${host}, operation ${operationId(step, course, host)}`
  if (end.kind === 'not-run') return [sent]
  return [sent, end.record ? `${host}'s own record: ${end.record}` : `${host}'s own record could not be read`]
}
