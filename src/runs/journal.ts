import type { Problem, Result } from '../problem.ts'
import type { Entry, RunEvent } from './events.ts'
import type { RunRecord } from './state.ts'

/** Where a new run stands before its first entry. */
export interface Opened {
  readonly run: string
  readonly number: number
}

export type Appended =
  | { readonly kind: 'appended'; readonly record: RunRecord }
  /** Somebody else wrote first; `record` is how the run stands now. Nothing of ours was written. */
  | { readonly kind: 'conflict'; readonly record: RunRecord }
  /** It could not be written, or not be known to be written: whoever wanted to act must not. */
  | { readonly kind: 'unavailable'; readonly problem: Problem }

/**
 * The list of events of every run: the truth about it. An append is compare-and-set on the length of the list, and has reached the
 * archive's own copy on disk before it is reported (ADR 2).
 */
export interface Journal {
  /** A number for a run that begins with `dedupe`; the same key gives the same run again. */
  open(dedupe: string): Promise<Result<Opened>>
  /** Writes the events behind entry `record.state.seq`, or behind nothing for a new run. */
  append(at: RunRecord | Opened, events: readonly RunEvent[], by: string): Promise<Appended>
  load(run: string): Promise<RunRecord | undefined>
  /** The ULID of run #number. */
  find(number: number): Promise<string | undefined>
  /** Numbers and ULIDs, newest first. */
  list(limit: number): Promise<readonly Opened[]>
  /** Runs that have not finished. */
  active(): Promise<readonly string[]>
  /** Runs that changed, as they change; ends when `signal` fires. */
  follow(signal: AbortSignal): AsyncIterable<string>
  /** Redis TIME in ms: the one clock by which gates expire. Throws when Redis cannot be asked. */
  time(): Promise<number>
}

/** The copy of every entry outside Redis: on disk before `write` resolves. */
export interface EntryArchive {
  /** `before` is what the journal holds of this run before `entries`: what is missing of it is made up for. */
  write(entries: readonly Entry[], before: readonly Entry[]): Promise<void>
  /** Entries behind `seq` that the archive has: a journal that ends there has forgotten them. */
  beyond(run: string, number: number, seq: number): Promise<readonly Entry[]>
}
