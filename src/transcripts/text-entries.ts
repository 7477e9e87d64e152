import { foldNames } from '../clusters/fold-names.ts'
import { durationText } from '../runbooks/duration.ts'
import type { RunEventOf, StepOutcome } from '../runs/events.ts'
import type { RunRecord, RunState } from '../runs/state.ts'
import type { Outputs } from './gather.ts'
import { type Finished, type Passage, passages, type Started } from './identical-output.ts'
import { isNotable, noteOf } from './notes.ts'
import { momentLines, momentsOf } from './outage.ts'
import { printable } from './printable.ts'
import { type ShownOutput, shownOutput } from './shown-output.ts'
import { clockMsText, offsetText } from './times.ts'
import { turnBegun } from './turns.ts'
import { STEP_MARKS } from './view.ts'

/** The mark of a step or an execution by its outcome. */
export const OUTCOME_MARK: Record<StepOutcome, string> = {
  succeeded: STEP_MARKS.done,
  warned: STEP_MARKS.warned,
  failed: STEP_MARKS.failed,
  errored: STEP_MARKS.failed,
  'timed-out': STEP_MARKS.failed,
  unknown: STEP_MARKS.unknown,
  cancelled: STEP_MARKS.stopped,
  skipped: STEP_MARKS.skipped,
}

/** What is told at one moment: the first line says what, the others belong to it. Safe to show. */
export interface Paragraph {
  readonly at: number
  readonly passage: Passage
  readonly lines: readonly [string, ...string[]]
}

export interface Manner {
  /** Makes what nodes printed safe to show: `printable`, or something that lets colours through. */
  readonly output: (text: string) => string
  /** Characters shown of each stream. */
  readonly limit: number
}

/** One paragraph per event that a reader of the run wants to see, and what was printed. */
export function paragraphs(record: RunRecord, outputs: Outputs, manner: Manner): Paragraph[] {
  return passages(record.entries).flatMap(passage => {
    const [first, ...rest] = passageLines(passage, record, outputs, manner).flatMap(line => line.split('\n'))
    return first === undefined ? [] : [{ at: passage.at, passage, lines: [first, ...rest] as const }]
  })
}

/** The paragraphs with the time and the offset from the request. */
export function entryLines(record: RunRecord, outputs: Outputs): string[] {
  const manner: Manner = { output: printable, limit: Number.POSITIVE_INFINITY }
  return paragraphs(record, outputs, manner).flatMap(({ at, lines: [first, ...rest] }) => [
    `${clockMsText(at)}  ${offsetText(at - record.state.requestedAt)}  ${first}`,
    ...rest.map(line => `    ${line}`),
  ])
}

function passageLines(passage: Passage, record: RunRecord, outputs: Outputs, manner: Manner): string[] {
  const { state: run } = record
  if (passage.kind === 'began') return startLines(passage.events, run).map(printable)
  if (passage.kind === 'ended') return endLines(passage.events, run, outputs, manner)
  const { event } = passage
  if (isNotable(event)) {
    const note = noteOf(event)
    return note ? [`${note.label.padEnd(10)} ${note.text}`, ...note.lines.map(line => `│ ${line}`)].map(printable) : []
  }
  if (event.type === 'step-started') return turnLines(turnBegun(run, event.step))
  if (event.type === 'step-progress') return [printable(`  ${event.step}  ${event.text}`)]
  if (event.type !== 'step-finished') return []
  return [stepLine(event, run), ...momentLines(momentsOf(record, event))].map(printable)
}

/** A rolling comes to its next node. */
function turnLines(turn: string | undefined): string[] {
  return turn === undefined ? [] : [printable(`── ${turn} ──`)]
}

/** A step of the plan, by its id. */
function plannedRun(run: RunState, id: string) {
  const step = run.plan?.steps.find(one => one.id === id)
  return step?.kind === 'run' ? step : undefined
}

function startLines(events: readonly [Started, ...Started[]], run: RunState): string[] {
  const [event] = events
  const step = plannedRun(run, event.step)
  const hosts = events.map(({ host }) => host)
  const attempt = event.attempt > 1 ? ` · attempt ${event.attempt}` : ''
  const change = step?.change ? ` · ${step.change} change · operation ${event.operation}` : ''
  // The same script on several nodes is shown once.
  const shown = step && hosts.includes(step.hosts[0] ?? '') ? step : undefined
  const source = shown ? shown.source.trimEnd().split('\n') : []
  const values = shown ? Object.entries(shown.values).map(([name, value]) => `${name}=${value}`) : []
  return [
    `▶ ${event.step}  ${step?.name ?? ''} · ${foldNames(hosts)}${attempt}${change}`,
    ...source.map((line, i) => `${i === 0 ? '$' : '>'} ${line}`),
    ...(values.length > 0 ? [`  with ${values.join(' ')}`] : []),
  ]
}

function endLines(
  events: readonly [Finished, ...Finished[]],
  run: RunState,
  outputs: Outputs,
  manner: Manner,
): string[] {
  const [event] = events
  const hosts = foldNames(events.map(({ host }) => host))
  const isOneOfMany = (plannedRun(run, event.step)?.hosts.length ?? 1) > 1
  const whose = isOneOfMany && hosts.length <= LONGEST_PREFIX ? `${hosts} ` : ''
  const body = [
    ...streamLines(shownOutput(event.stdout, outputs, manner.limit), `${whose}│`, manner),
    ...streamLines(shownOutput(event.stderr, outputs, manner.limit), `${whose}!`, manner),
  ]
  return [
    printable(`  ${event.step}  ${hosts}: ${resultText(events)}`),
    ...(body.length > 0 ? body : [`${whose}│ (no output)`]),
    ...recordLines(event).map(printable),
  ]
}

/** Names of nodes before every line of their output, unless they are longer than what it says. */
const LONGEST_PREFIX = 24

/** `exit 0 in 0.6 s`, of several nodes `exit 0 in 0.6 s to 1.2 s`. */
export function resultText(events: readonly [Finished, ...Finished[]]): string {
  const [{ exitCode, outcome, reason }] = events
  const times = events.map(({ durationMs }) => durationMs)
  const [from, to] = [durationText(Math.min(...times)), durationText(Math.max(...times))]
  const exit = exitCode >= 0 ? `exit ${exitCode}` : outcome
  return `${exit} in ${from === to ? to : `${from} to ${to}`}${reason ? ` · ${reason}` : ''}`
}

/** What the node's own record says of a change, and whether its output is known to be all there is. */
export function recordLines({ record, complete, lost }: Finished): string[] {
  return [
    ...(record ? [`node's record: ${record}`] : []),
    ...(lost !== undefined ? [`output: NOT complete in the archive: ${lost}`] : []),
    ...(complete === true ? ['output: complete, as the node has it in its own files'] : []),
    ...(complete === false && lost === undefined
      ? ['output: NOT known to be complete: the node may have more in its own files']
      : []),
  ]
}

function streamLines(shown: ShownOutput | undefined, mark: string, { output }: Manner): string[] {
  if (!shown) return []
  const safe = (lines: readonly string[]) => (lines.length > 0 ? output(lines.join('\n')).split('\n') : [])
  const rest = shown.more === '' ? [] : [printable(shown.more), ...safe(shown.tail)]
  return [...safe(shown.lines), ...rest].map(line => `${mark} ${line}`)
}

function stepLine(event: RunEventOf<'step-finished'>, run: RunState): string {
  const name = run.plan?.steps.find(step => step.id === event.step)?.name ?? event.step
  const again = event.again ? ' (again, after the approval)' : ''
  const reason = event.reason ? ` · ${event.reason}` : ''
  return `${OUTCOME_MARK[event.outcome]} ${event.step}  ${name}${again} · ${event.outcome === 'succeeded' ? '' : `${event.outcome} in `}${durationText(event.durationMs)}${reason}`
}
