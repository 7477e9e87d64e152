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

/** An entry of a run by its place and hash: enough to tell whether two copies agree up to there. */
export interface ChainEnd extends Opened {
  readonly seq: number
  readonly hash: string
}

/** `has`: the journal holds this very entry; `lacks`: it ends before; `differs`: it holds another one there. */
export type Standing = 'has' | 'lacks' | 'differs'

export interface Compared {
  /** In the order that was asked. */
  readonly standings: readonly Standing[]
  /** The highest number that the journal knows to be given away. */
  readonly highest: number
}

export type Restored =
  /** The journal has all that the archive has. */
  | { readonly kind: 'complete' }
  | {
      readonly kind: 'restored'
      readonly record: RunRecord
      /** How many had been forgotten. */
      readonly entries: number
      /** The run that had been given the cluster meanwhile, which this one believes to hold. */
      readonly heldBy?: Opened
    }
  /** The archive's chain is broken, or tells another story than the journal: nothing was written. */
  | { readonly kind: 'refused'; readonly problem: Problem }

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
  /** Whether these entries are there: one question for all of them. */
  compare(ends: readonly ChainEnd[]): Promise<Compared>
  /**
   * Puts back from the archive what the journal has forgotten of a run, exactly as it was, with its number and the cluster it holds. A run
   * that is not over learns of it by a `restored` event. Doing it twice, or in two processes, is harmless.
   */
  restore(run: Opened, by: string): Promise<Restored>
  /** Numbers up to this one are not given away again. */
  raise(number: number): Promise<void>
}

/** The copy of every entry outside Redis: on disk before `write` resolves. */
export interface EntryArchive {
  /**
   * `before` is what the journal holds of this run before `entries`: what is missing of it is made up for. `isOver`: nothing of this run
   * is needed any more behind these entries. False when another entry came first in one of these places: then these do not count.
   */
  write(entries: readonly Entry[], before: readonly Entry[], isOver: boolean): Promise<boolean>
  /** Entries behind `seq` that the archive has: a journal that ends there has forgotten them. */
  beyond(run: string, number: number, seq: number): Promise<readonly Entry[]>
  /** Everything it has of a run, in order; empty when it knows nothing. */
  read(run: string, number: number): Promise<readonly Entry[]>
  /** The highest number that a run of the latest days has, 0 without runs. */
  highestNumber(): Promise<number>
}

/** What the archive knows beside the entries: which runs are not over, so that an emptied Redis can be filled again. */
export interface RunArchive extends EntryArchive {
  /** Runs that are not over, as they were marked. */
  open(): Promise<readonly Opened[]>
  /** Where a run's entries end; undefined when there are none. Cheap when nothing was written since it was last asked. */
  end(run: Opened): Promise<ChainEnd | undefined>
  /** Marks a run that is not over, or takes the mark away when it has been over for a while; false when it is too early to tell. */
  mark(run: Opened): Promise<boolean>
  /** The highest epoch by cluster that any run was given. */
  epochs(): Promise<ReadonlyMap<string, number>>
}
