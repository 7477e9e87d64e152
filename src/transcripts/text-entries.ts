import { durationText } from '../runbooks/duration.ts'
import type { PlannedStep } from '../runbooks/plan.ts'
import type { Entry, OutputRef, RunEventOf, StepOutcome } from '../runs/events.ts'
import type { RunRecord, RunState } from '../runs/state.ts'
import type { Outputs } from './gather.ts'
import { printable } from './printable.ts'
import { stateLine } from './status-line.ts'
import { clockMsText, offsetText } from './times.ts'
import { STEP_MARKS } from './view.ts'

const MARK: Record<StepOutcome, string> = {
  succeeded: STEP_MARKS.done,
  warned: STEP_MARKS.warned,
  failed: STEP_MARKS.failed,
  errored: STEP_MARKS.failed,
  'timed-out': STEP_MARKS.failed,
  unknown: STEP_MARKS.unknown,
  cancelled: STEP_MARKS.stopped,
  skipped: STEP_MARKS.skipped,
}

/** One paragraph per event that a reader of the run wants to see, with the time, the offset from the request, and what was printed. */
export function entryLines(record: RunRecord, outputs: Outputs): string[] {
  const { state } = record
  return record.entries.flatMap(entry => {
    const [first, ...rest] = eventLines(entry, state, outputs).flatMap(line => line.split('\n'))
    if (first === undefined) return []
    return [
      `${clockMsText(entry.at)}  ${offsetText(entry.at - state.requestedAt)}  ${first}`,
      ...rest.map(line => `    ${line}`),
    ]
  })
}

function eventLines({ event }: Entry, run: RunState, outputs: Outputs): string[] {
  switch (event.type) {
    case 'requested':
      return [`asked      /ha ${event.request.text}`]
    case 'leg-started':
      return [`leg ${event.leg}      carried by ${event.worker}`]
    case 'planned':
      return [
        `plan       ${event.plan.title} · ${stateLine(event.status)} · epoch ${event.plan.facts.configuration} · ${event.digest.slice(0, 12)}`,
      ]
    case 'gate-opened':
      return [
        `gate       ${event.count} of ${event.from.join(', ')} must agree`,
        ...event.text
          .trim()
          .split('\n')
          .map(line => `│ ${line}`),
      ]
    case 'decided':
      return [
        `${event.decision === 'approve' ? 'approved' : 'denied'}   by ${event.speaker.name} through ${event.speaker.via}`,
      ]
    case 'gate-closed':
      return event.result === 'approved' ? [] : [`gate       ${event.result}: ${event.reason}`]
    case 'lease-taken':
      return [`lease      ${event.cluster} held, epoch ${event.epoch}`]
    case 'lease-released':
      return [`lease      ${event.cluster} free again`]
    case 'stop-requested':
      return [`stop       asked by ${event.speaker.name}${event.reason ? `: "${event.reason}"` : ''}`]
    case 'step-progress':
      return [`  ${event.step}  ${event.text}`]
    case 'execution-started':
      return startLines(event, run)
    case 'execution-finished':
      return outputLines(event, outputs)
    case 'step-finished':
      return [stepLine(event, run)]
    case 'undo-offered':
      return [
        `undo       offered: ${event.hosts.length > 0 ? `on ${event.hosts.join(', ')}: ` : '/ha '}${event.command}`,
      ]
    case 'refused':
      return ['refused    nothing ran']
    case 'finished':
      return [`end        ${event.outcome}`]
    case 'step-started':
      return []
  }
}

function nameOf(run: RunState, id: string): PlannedStep | undefined {
  return run.plan?.steps.find(step => step.id === id)
}

function startLines(event: RunEventOf<'execution-started'>, run: RunState): string[] {
  const step = nameOf(run, event.step)
  const attempt = event.attempt > 1 ? ` · attempt ${event.attempt}` : ''
  const change = step?.kind === 'run' && step.change ? ` · ${step.change} change · operation ${event.operation}` : ''
  // The same script on several nodes is shown once.
  const shown = step?.kind === 'run' && event.host === step.hosts[0] ? step : undefined
  const source = shown ? shown.source.trimEnd().split('\n') : []
  const values = shown ? Object.entries(shown.values).map(([name, value]) => `${name}=${value}`) : []
  return [
    `▶ ${event.step}  ${step?.name ?? ''} · ${event.host}${attempt}${change}`,
    ...source.map((line, i) => `${i === 0 ? '$' : '>'} ${line}`),
    ...(values.length > 0 ? [`  with ${values.join(' ')}`] : []),
  ]
}

function outputLines(event: RunEventOf<'execution-finished'>, outputs: Outputs): string[] {
  const exit = event.exitCode >= 0 ? `exit ${event.exitCode}` : event.outcome
  const body = [...streamLines(event.stdout, outputs, '│'), ...streamLines(event.stderr, outputs, '!')]
  return [
    `  ${event.step}  ${event.host}: ${exit} in ${durationText(event.durationMs)}${event.reason ? ` · ${event.reason}` : ''}`,
    ...(body.length > 0 ? body : ['│ (no output)']),
  ]
}

function streamLines(ref: OutputRef | undefined, outputs: Outputs, mark: string): string[] {
  if (!ref) return []
  const stored = outputs.get(ref.file)
  if (!stored) return [`${mark} (${ref.bytes} bytes in ${ref.file}, which cannot be read here)`]
  const lines = printable(stored.text)
    .trimEnd()
    .split('\n')
    .map(line => `${mark} ${line}`)
  const missing = stored.total - stored.bytes
  return missing > 0 ? [...lines, `${mark} … ${missing} more bytes in ${ref.file} (sha256 ${ref.sha256})`] : lines
}

function stepLine(event: RunEventOf<'step-finished'>, run: RunState): string {
  const name = nameOf(run, event.step)?.name ?? event.step
  const again = event.again ? ' (again, after the approval)' : ''
  const reason = event.reason ? ` · ${event.reason}` : ''
  return `${MARK[event.outcome]} ${event.step}  ${name}${again} · ${event.outcome === 'succeeded' ? '' : `${event.outcome} in `}${durationText(event.durationMs)}${reason}`
}
