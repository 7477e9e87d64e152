import type { Entry, RunEvent, RunEventOf } from '../runs/events.ts'

export type Started = RunEventOf<'execution-started'>
export type Finished = RunEventOf<'execution-finished'>

/** What is told as one: an event, or the same thing on several nodes. */
export type Passage =
  | { readonly kind: 'one'; readonly at: number; readonly event: Exclude<RunEvent, Started | Finished> }
  | { readonly kind: 'began'; readonly at: number; readonly events: readonly [Started, ...Started[]] }
  | { readonly kind: 'ended'; readonly at: number; readonly events: readonly [Finished, ...Finished[]] }

/**
 * Entries in the order of the journal, where what began side by side, and what ended alike (to the byte of the output), stands together at
 * the place of the first. Changes begin one by one: each is an operation of its own.
 */
export function passages(entries: readonly Entry[]): Passage[] {
  const told: Passage[] = []
  for (const { at, event } of entries) {
    if (event.type === 'execution-started') began(told, at, event)
    else if (event.type === 'execution-finished') ended(told, at, event)
    else told.push({ kind: 'one', at, event })
  }
  return told
}

function began(told: Passage[], at: number, event: Started): void {
  const last = told.at(-1)
  const joins = last?.kind === 'began' && isBeside(last.events[0], event)
  if (joins) told[told.length - 1] = { ...last, events: [...last.events, event] }
  else told.push({ kind: 'began', at, events: [event] })
}

function isBeside(a: Started, b: Started): boolean {
  return a.step === b.step && a.attempt === b.attempt && a.bundle === undefined && b.bundle === undefined
}

function ended(told: Passage[], at: number, event: Finished): void {
  for (let i = told.length - 1; i >= 0; i--) {
    const before = told[i]
    if (before?.kind !== 'ended' || before.events[0].step !== event.step) break
    if (!isAlike(before.events[0], event)) continue
    told[i] = { ...before, events: [...before.events, event] }
    return
  }
  told.push({ kind: 'ended', at, events: [event] })
}

function isAlike(a: Finished, b: Finished): boolean {
  return (
    a.attempt === b.attempt &&
    a.outcome === b.outcome &&
    a.exitCode === b.exitCode &&
    a.reason === b.reason &&
    a.record === b.record &&
    a.complete === b.complete &&
    a.stdout?.sha256 === b.stdout?.sha256 &&
    a.stderr?.sha256 === b.stderr?.sha256
  )
}
