import type { OutputRef } from '../runs/events.ts'
import type { OutputArchive } from '../runs/output.ts'
import type { RunRecord } from '../runs/state.ts'

/** Stored output by file name, as text; `total` is its length in bytes, of which the text may be only the beginning. */
export type Outputs = ReadonlyMap<string, { readonly text: string; readonly bytes: number; readonly total: number }>

/** Reads every output a run refers to, each up to `limit` bytes. A file that cannot be read is told by its absence. */
export async function gatherOutputs(archive: OutputArchive, record: RunRecord, limit: number): Promise<Outputs> {
  const { run, number } = record.state
  const found = new Map<string, { text: string; bytes: number; total: number }>()
  for (const { file } of refsOf(record)) {
    const stored = await archive.read(run, number, file, limit).catch(() => undefined)
    if (stored)
      found.set(file, { text: stored.bytes.toString('utf8'), bytes: stored.bytes.length, total: stored.total })
  }
  return found
}

function refsOf(record: RunRecord): OutputRef[] {
  return record.entries.flatMap(({ event }) => {
    if (event.type !== 'execution-finished') return []
    return [event.stdout, event.stderr].filter(ref => ref !== undefined)
  })
}
