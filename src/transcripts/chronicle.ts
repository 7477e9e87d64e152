import type { PlannedStep } from '../runbooks/plan.ts'
import type { RunEventOf, StepOutcome } from '../runs/events.ts'
import type { RunRecord, RunState } from '../runs/state.ts'
import { type Finished, passages, type Started } from './identical-output.ts'
import { isNotable, type Note, noteOf } from './notes.ts'
import { askingText, type Moment, momentsOf } from './outage.ts'
import { turnBegun } from './turns.ts'

/** A run told in chapters, for those who want the whole of a step in one place. */
export type Chapter =
  | ({ readonly kind: 'note'; readonly at: number } & Note)
  | ({ readonly kind: 'step' } & StepChapter)

export interface StepChapter {
  readonly at: number
  readonly id: string
  readonly name: string
  readonly again: boolean
  /** Undefined while it runs, or when its worker left. */
  readonly outcome?: StepOutcome
  readonly reason: string
  readonly durationMs: number
  readonly change?: 'disruptive' | 'destructive'
  readonly hosts: readonly string[]
  /** The script and its values, of a step that runs one. */
  readonly source: string
  readonly values: readonly string[]
  /** What it waited for, what had to hold, or what was asked. */
  readonly expression: string
  readonly scenes: readonly Scene[]
  /** Of a measurement: what happened while the service was asked. */
  readonly moments: readonly Moment[]
}

/** What happened within a step. */
export type Scene =
  | { readonly kind: 'began'; readonly at: number; readonly events: readonly [Started, ...Started[]] }
  | { readonly kind: 'ended'; readonly at: number; readonly events: readonly [Finished, ...Finished[]] }
  | { readonly kind: 'progress'; readonly at: number; readonly text: string }

type Draft = { -readonly [K in keyof StepChapter]: StepChapter[K] } & { kind: 'step'; scenes: Scene[] }

export function chronicle(record: RunRecord): Chapter[] {
  const { entries, state } = record
  const chapters: (Chapter | Draft)[] = []
  const open = new Map<string, Draft>()
  const draft = (id: string, at: number, again: boolean): Draft => {
    const known = open.get(id)
    if (known) return known
    const made = opened(state, id, at, again)
    open.set(id, made)
    chapters.push(made)
    return made
  }
  for (const passage of passages(entries)) {
    const { at } = passage
    if (passage.kind !== 'one') draft(passage.events[0].step, at, false).scenes.push(passage)
    else if (isNotable(passage.event)) {
      const note = noteOf(passage.event)
      if (note) chapters.push({ kind: 'note', at, ...note })
    } else if (passage.event.type === 'step-started') {
      chapters.push(...turnOf(state, passage.event.step, at))
      open.delete(passage.event.step)
      draft(passage.event.step, at, passage.event.again)
    } else if (passage.event.type === 'step-progress') {
      draft(passage.event.step, at, false).scenes.push({ kind: 'progress', at, text: passage.event.text })
    } else {
      close(draft(passage.event.step, at, passage.event.again), passage.event, record)
      open.delete(passage.event.step)
    }
  }
  return chapters
}

/** A rolling comes to its next node. */
function turnOf(run: RunState, step: string, at: number): Chapter[] {
  const turn = turnBegun(run, step)
  return turn === undefined ? [] : [{ kind: 'note', at, label: 'node', text: turn, lines: [] }]
}

function opened(run: RunState, id: string, at: number, again: boolean): Draft {
  const step = run.plan?.steps.find(one => one.id === id)
  const isRun = step?.kind === 'run'
  return {
    ...{ kind: 'step', at, id, again, reason: '', durationMs: 0, scenes: [], moments: [] },
    name: step?.name ?? id,
    hosts: isRun ? step.hosts : [],
    source: isRun ? step.source.trimEnd() : '',
    values: isRun ? Object.entries(step.values).map(([name, value]) => `${name}=${value}`) : [],
    expression: expressionOf(step),
    ...(isRun && step.change && { change: step.change }),
  }
}

function expressionOf(step: PlannedStep | undefined): string {
  if (step?.kind === 'probe') return askingText(step)
  return step?.kind === 'check' || step?.kind === 'wait' ? step.expression : ''
}

function close(draft: Draft, event: RunEventOf<'step-finished'>, record: RunRecord): void {
  const { outcome, reason, durationMs } = event
  Object.assign(draft, { outcome, reason, durationMs, moments: momentsOf(record, event) })
}
