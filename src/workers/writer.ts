import type { RunEvent } from '../runs/events.ts'
import type { Journal } from '../runs/journal.ts'
import type { RunRecord, RunState } from '../runs/state.ts'

/** Events that others may write while a leg is under way without ending it. */
const BYSTANDERS: ReadonlySet<RunEvent['type']> = new Set(['stop-requested', 'decided', 'take-over-asked'])

export interface WriterOptions {
  /** Author of the entries. */
  readonly by: string
  /** Called once, as soon as the journal is seen to hold a stop, with the name of who wants it. */
  readonly onStop: (by: string) => void
  /** False once this worker has stood still for too long to know whether the leg is still its own. */
  readonly mayAct: () => boolean
}

/**
 * Writes the events of one leg. What a person says meanwhile is let pass; anything else that got in between means that another worker
 * carries this run now, and this one must not act again.
 */
export class Writer {
  readonly #journal: Journal
  readonly #by: string
  #record: RunRecord
  #mine = true
  readonly #mayAct: () => boolean
  #onStop: ((by: string) => void) | undefined

  constructor(journal: Journal, record: RunRecord, { by, onStop, mayAct }: WriterOptions) {
    this.#journal = journal
    this.#record = record
    this.#by = by
    this.#onStop = onStop
    this.#mayAct = mayAct
    this.#see(record)
  }

  get state(): RunState {
    return this.#record.state
  }

  get record(): RunRecord {
    return this.#record
  }

  /** True once all of them are journalled; false when this leg no longer may act. */
  async write(events: readonly RunEvent[]): Promise<boolean> {
    while (this.#mine && this.#mayAct()) {
      const appended = await this.#journal.append(this.#record, events, this.#by)
      if (appended.kind === 'appended') {
        this.#see(appended.record)
        // Time has passed: what was announced may only be done if this leg is still ours to carry.
        return this.#mine && this.#mayAct()
      }
      this.#mine = appended.kind === 'conflict' && this.#tolerates(appended.record)
    }
    return false
  }

  /** Writes events as they come and stops asking for more when one cannot be written; false then. */
  async writeAll(events: Iterable<RunEvent> | AsyncIterable<RunEvent>): Promise<boolean> {
    for await (const event of events) {
      if (!(await this.write([event]))) return false
    }
    return true
  }

  /** Writes nothing more: the run stays as it is, and another worker carries it on. */
  leave(): void {
    this.#mine = false
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
