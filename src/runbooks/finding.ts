import type { Problem } from '../problem.ts'
import { type Complaint, excerptIn } from './source-text.ts'

/** Something wrong in a text, at offsets of that text in UTF-16 units. */
export interface Finding extends Complaint {
  readonly start: number
  readonly end: number
}

export function complaintOf({ start, end, ...complaint }: Finding): Complaint {
  return complaint
}

/** A finding as a problem with the text itself as excerpt; for texts that are not in a file. */
export function findingProblem(text: string, finding: Finding): Problem {
  return { ...complaintOf(finding), excerpt: excerptIn(text, finding.start, finding.end) }
}

export function shifted(finding: Finding, by: number): Finding {
  return { ...finding, start: finding.start + by, end: finding.end + by }
}
