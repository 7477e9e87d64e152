import type { Journal } from '../runs/journal.ts'

/** So many of the latest runs are looked at when a worker starts: a crash may have come between an end and its seal. */
const LATEST = 200

export interface SealEnds {
  readonly journal: Pick<Journal, 'list' | 'follow'>
  /** Seals a run that has ended, and leaves others and sealed ones alone. */
  readonly seal: (run: string) => Promise<unknown>
  readonly signal: AbortSignal
  /** A seal that failed is tried again when the run changes, or when the next worker starts. */
  readonly onError: (error: unknown, run: string) => void
}

/**
 * Seals what ends without a leg: denied, expired or stopped at a gate, given free by a person who has looked; and what a crash left unsealed.
 * Resolves when `signal` fires.
 */
export async function sealEnds({ journal, seal, signal, onError }: SealEnds): Promise<void> {
  const sealOne = (run: string) => seal(run).catch((error: unknown) => onError(error, run))
  const latest = await journal.list(LATEST).catch((error: unknown) => {
    onError(error, '')
    return []
  })
  for (const { run } of latest) if (!signal.aborted) await sealOne(run)
  for await (const run of journal.follow(signal)) await sealOne(run)
}
