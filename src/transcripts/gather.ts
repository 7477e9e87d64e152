import type { OutputArchive } from '../runs/output.ts'
import type { RunRecord } from '../runs/state.ts'
import { outputRefs } from './output-refs.ts'

/** Stored output by file name, as text; `total` is its length in bytes, of which the text may be only the beginning. */
export type Outputs = ReadonlyMap<string, { readonly text: string; readonly bytes: number; readonly total: number }>

/**
 * Reads every output a run refers to, each up to `limit` bytes and all of them up to `limitOfAll`, in the order of the journal. A file that
 * cannot be read is told by its absence.
 */
export async function gatherOutputs(
  archive: Pick<OutputArchive, 'read'>,
  record: RunRecord,
  limit: number,
  limitOfAll = Number.POSITIVE_INFINITY,
): Promise<Outputs> {
  const { run, number } = record.state
  const found = new Map<string, { text: string; bytes: number; total: number }>()
  let left = limitOfAll
  for (const { file } of outputRefs(record)) {
    const stored = await archive.read(run, number, file, Math.min(limit, left)).catch(() => undefined)
    if (!stored) continue
    left -= stored.bytes.length
    found.set(file, { text: stored.bytes.toString('utf8'), bytes: stored.bytes.length, total: stored.total })
  }
  return found
}
