import { openChange } from '../runs/changes.ts'
import type { RunEvent } from '../runs/events.ts'
import type { Journal } from '../runs/journal.ts'
import type { RunRecord, RunState } from '../runs/state.ts'

/** Events that others may write while a leg is under way without ending it. */
const BYSTANDERS: ReadonlySet<RunEvent['type']> = new Set(['stop-requested', 'decided'])

/**
 * Writes the events of one leg. What a person says meanwhile is let pass; anything else that got in between means that another worker
 * carries this run now, and this one must not act again.
 */
export class Writer {
  readonly #journal: Journal
  readonly #by: string
  #record: RunRecord
  #mine = true
  #writing = false
  #onLeft: (() => void) | undefined
  #onStop: ((by: string) => void) | undefined

  /** `onStop` is called once, as soon as the journal is seen to hold a stop, with the name of who wants it. */
  constructor(journal: Journal, record: RunRecord, by: string, onStop: (by: string) => void) {
    this.#journal = journal
    this.#record = record
    this.#by = by
    this.#onStop = onStop
    this.#see(record)
  }

  get state(): RunState {
    return this.#record.state
  }

  /** True once all of them are journalled; false when this leg no longer may act. */
  async write(events: readonly RunEvent[]): Promise<boolean> {
    this.#writing = true
    while (this.#mine) {
      const appended = await this.#journal.append(this.#record, events, this.#by)
      if (appended.kind === 'appended') {
        this.#see(appended.record)
        break
      }
      this.#mine = appended.kind === 'conflict' && this.#tolerates(appended.record)
    }
    this.#writing = false
    this.#leaveIfSafe()
    return this.#mine
  }

  /** Writes events as they come and stops asking for more when one cannot be written. */
  async writeAll(events: Iterable<RunEvent> | AsyncIterable<RunEvent>): Promise<void> {
    for await (const event of events) {
      if (!(await this.write([event]))) return
    }
  }

  /**
   * Begins nothing more and calls `onLeft`: at once, or as soon as the result of a change under way is journalled. The run stays as it is;
   * another worker carries it on.
   */
  leave(onLeft: () => void): void {
    this.#onLeft = onLeft
    this.#leaveIfSafe()
  }

  #leaveIfSafe(): void {
    if (!this.#onLeft || this.#writing || openChange(this.state)) return
    this.#mine = false
    this.#onLeft()
    this.#onLeft = undefined
  }

  #tolerates(now: RunRecord): boolean {
    const between = now.entries.slice(this.#record.entries.length)
    this.#see(now)
    return between.every(entry => BYSTANDERS.has(entry.event.type))
  }

  #see(record: RunRecord): void {
    this.#record = record
    if (!record.state.stop) return
    this.#onStop?.(record.state.stop.speaker.name)
    this.#onStop = undefined
  }
}
