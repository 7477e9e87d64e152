import type { Complaint } from '../runbooks/source-text.ts'
import type { Mistake, Path } from './mistake.ts'

/** Something that may stand in the file only once, and where it stands. */
export interface Occurrence {
  readonly what: string
  readonly path: Path
}

/** A mistake for each occurrence of what stood somewhere before. */
export function findTwice(
  occurrences: readonly Occurrence[],
  code: string,
  words: (again: Occurrence, first: Occurrence) => Omit<Complaint, 'code'>,
): readonly Mistake[] {
  const seen = new Map<string, Occurrence>()
  return occurrences.flatMap(occurrence => {
    const first = seen.get(occurrence.what)
    if (!first) seen.set(occurrence.what, occurrence)
    return first ? [{ code, path: occurrence.path, ...words(occurrence, first) }] : []
  })
}
