import type { OutputRef } from '../runs/events.ts'
import type { RunRecord } from '../runs/state.ts'

/** Every stored output that the events of a run tell of, in their order. */
export function outputRefs({ entries }: Pick<RunRecord, 'entries'>): OutputRef[] {
  return entries.flatMap(({ event }) => {
    if (event.type !== 'execution-finished') return []
    return [event.stdout, event.stderr].filter(ref => ref !== undefined)
  })
}
