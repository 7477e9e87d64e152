import { foldNames } from '../../clusters/fold-names.ts'
import { problemText } from '../../problem.ts'
import type { PlannedStepOf } from '../../runbooks/plan.ts'
import { executionsOf } from '../changes.ts'
import type { Course, StepResult } from '../course.ts'
import type { RunEvent, RunEventOf } from '../events.ts'
import type { ExecutionResult, Kept } from '../ports.ts'
import { compareOutputs } from './compare.ts'
import { copiedText } from './copied.ts'
import { KEEP_BYTES } from './keep.ts'
import { verdict } from './verdict.ts'

type RunStep = PlannedStepOf<'run'>
type Finished = RunEventOf<'execution-finished'>

/** Asks all hosts at once, and again, `retries` times, those that did not answer as expected. Changes are steps/change.ts. */
export async function* askStep(step: RunStep, course: Course): AsyncGenerator<RunEvent, StepResult> {
  const latest = new Map<string, Done>()
  let hosts: readonly string[] = step.hosts
  const text = await copiedText(step, course)
  if (!text.ok) return { outcome: 'errored', reason: text.problems.map(problemText).join('\n') }
  const first = firstAttempt(step, course)
  for (let attempt = first; attempt <= first + step.retries && hosts.length > 0; attempt++) {
    if (attempt > first) await course.ports.clock.sleep(step.delayMs, course.signal)
    if (course.signal.aborted) return course.stopped()
    for (const host of hosts) yield started(step, course, host, attempt)
    const round = await Promise.all(hosts.map(host => execute(step, course, { host, attempt, text: text.value })))
    for (const done of round) {
      latest.set(done.event.host, done)
      yield done.event
    }
    hosts = round.filter(done => done.event.outcome !== 'succeeded').map(done => done.event.host)
  }
  const dones = [...latest.values()]
  remember(step, course, dones)
  const result = overall(dones)
  if (!step.compare || result.outcome !== 'succeeded') return result
  const printed = dones.map(({ event, ...rest }) => ({ host: event.host, ...rest }))
  return compareOutputs(printed, step.compare.ignore)
}

/** Attempts are counted over all legs and plans: each has its own output file, and none overwrites what an earlier one stored. */
function firstAttempt(step: RunStep, course: Course): number {
  const made = executionsOf(course.run, step.id).map(execution => execution.attempt)
  return 1 + Math.max(course.run.attempts[step.id] ?? 0, ...made)
}

interface Done {
  readonly event: Finished
  readonly stdout: string
  readonly isWhole: boolean
  readonly hidden?: Kept['hidden']
}

function started(step: RunStep, course: Course, host: string, attempt: number): RunEventOf<'execution-started'> {
  const operation = `${course.run.run}-${step.id}-${host}-${attempt}`
  return { type: 'execution-started', step: step.id, host, attempt, operation }
}

interface Turn {
  readonly host: string
  readonly attempt: number
  /** Of the file that is shown. */
  readonly text: string
}

async function execute(step: RunStep, course: Course, { host, attempt, text }: Turn): Promise<Done> {
  const { outputs, shell } = course.ports
  const { run, number } = course.run
  const recording = await outputs.record({ run, number, step: step.id, host, attempt, again: false })
  const result = await shell.execute({
    cluster: course.plan.cluster,
    node: host,
    script: step.script,
    ...(step.file && { stdin: Buffer.from(text) }),
    timeoutMs: step.timeoutMs,
    signal: course.signal,
    output: recording.sink,
    keepBytes: KEEP_BYTES,
  })
  const stored = await recording.finish()
  const { outcome, reason } = verdict(step, host, result, course)
  const exitCode = result.kind === 'exited' ? result.exitCode : -1
  const event: Finished = {
    type: 'execution-finished',
    step: step.id,
    host,
    attempt,
    outcome,
    exitCode,
    reason,
    durationMs: durationOf(result),
    ...stored,
  }
  if (result.kind === 'not-sent') return { event, stdout: '', isWhole: true }
  const { truncated, hidden } = result.stdout
  return { event, stdout: result.stdout.text, isWhole: !truncated, ...(hidden && { hidden }) }
}

function durationOf(result: ExecutionResult): number {
  return result.kind === 'not-sent' ? 0 : Math.round(result.durationMs)
}

/** What `steps.<id>` says afterwards: `stdout` only where all hosts printed the same, and all of it was kept. */
function remember(step: RunStep, course: Course, dones: readonly Done[]): void {
  const [first] = dones
  if (!first) return
  const same = dones.every(done => done.stdout === first.stdout)
  const worst = dones.find(done => done.event.exitCode !== 0) ?? first
  const { outcome } = overall(dones)
  const stdout = dones.every(done => done.isWhole) ? { stdout: same ? first.stdout : '' } : {}
  course.facts[step.id] = { outcome, exitCode: worst.event.exitCode, ...stdout }
}

const SEVERITY = ['unknown', 'failed', 'errored', 'timed-out', 'cancelled', 'warned', 'skipped', 'succeeded'] as const

/** The worst of several hosts, with the hosts it happened on. */
function overall(dones: readonly Done[]): StepResult {
  for (const outcome of SEVERITY) {
    const here = dones.filter(done => done.event.outcome === outcome)
    const [first] = here
    if (!first) continue
    if (outcome === 'succeeded') break
    return { outcome, reason: `${foldNames(here.map(done => done.event.host))}: ${first.event.reason}` }
  }
  return { outcome: 'succeeded', reason: '' }
}
