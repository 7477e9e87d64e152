import { durationText } from '../runbooks/duration.ts'
import type { PlannedStepOf } from '../runbooks/plan.ts'
import type { Entry, RunEventOf } from '../runs/events.ts'
import { type Gap, paceText } from '../runs/measured.ts'
import type { RunRecord, RunState } from '../runs/state.ts'
import { clockMsText } from './times.ts'

/** Something that happened while a service was asked. */
export interface Moment {
  /** Redis TIME in ms. */
  readonly at: number
  readonly text: string
}

/** What a measurement came to, moment by moment: what was sent, when clients were without an answer, when the cluster said it was done. */
export function momentsOf(record: RunRecord, event: RunEventOf<'step-finished'>): Moment[] {
  const { measured } = event
  if (!measured || measured.gaps.length === 0) return []
  const step = record.state.plan?.steps.find(one => one.id === event.step)
  const between = step?.kind === 'measure' ? whileAsked(record.entries, step) : []
  const steady = step?.kind === 'measure' ? step.steady : 0
  const moments = [
    ...between.flatMap(entry => said(entry, record.state)),
    ...measured.gaps.flatMap(momentsOfGap),
    ...(measured.steadyMs === undefined ? [] : [{ at: measured.steadyMs, text: `${steady} answers in a row` }]),
  ]
  return moments.sort((a, b) => a.at - b.at)
}

/** The same as lines, each with its time. */
export function momentLines(moments: readonly Moment[]): string[] {
  return moments.map(({ at, text }) => `${clockMsText(at)}  ${text}`)
}

/** From the probe to the end of its measure. */
function whileAsked(entries: readonly Entry[], { id, probe }: PlannedStepOf<'measure'>): readonly Entry[] {
  const to = entries.findLastIndex(({ event }) => event.type === 'step-finished' && event.step === id)
  const before = entries.slice(0, Math.max(0, to))
  const from = before.findLastIndex(({ event }) => event.type === 'step-started' && event.step === probe)
  return before.slice(Math.max(0, from))
}

/** The changes that were sent, and the waits by which the cluster was seen to have followed. */
function said({ at, event }: Entry, { plan }: RunState): Moment[] {
  if (event.type !== 'execution-started' && event.type !== 'step-finished') return []
  const step = plan?.steps.find(({ id }) => id === event.step)
  if (event.type === 'execution-started')
    return event.bundle === undefined ? [] : [{ at, text: `sent to ${event.host}: ${step?.name ?? event.step}` }]
  return step?.kind === 'wait' && event.outcome === 'succeeded' ? [{ at, text: `seen: ${step.name}` }] : []
}

function momentsOfGap({ fromMs, failedMs, toMs, reason, open }: Gap): Moment[] {
  const began = { at: failedMs, text: `first request without an answer: ${reason}` }
  if (open) return [began, { at: toMs, text: 'still no answer' }]
  return [began, { at: toMs, text: `answered again: at most ${durationText(toMs - fromMs)} without it` }]
}

/** `asks 192.0.2.22:3334 once a second, from outside the cluster`. */
export function askingText({ target, everyMs }: PlannedStepOf<'probe'>): string {
  return `asks ${target || 'no address'} ${paceText(everyMs)}, from outside the cluster`
}
