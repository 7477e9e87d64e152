import { bad, good, type Problem, type Result } from '../problem.ts'

/** It travels inside a script, and the difference is shown to whoever approves. */
export const LONGEST_COPY = 256 * 1024

/** A file that `copy` can put on nodes, as text. `source` is how the runbook calls it. */
export function copiedText(source: string, bytes: Uint8Array): Result<string> {
  if (bytes.length > LONGEST_COPY)
    return bad(unfit(source, `is longer than ${LONGEST_COPY} bytes, which is what a copy carries at most`))
  if (bytes.includes(0)) return bad(unfit(source, 'is not a text: it holds NUL bytes'))
  try {
    // Without `ignoreBOM` the first three bytes of some files would be lost.
    return good(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return bad(unfit(source, 'is not a text in UTF-8'))
  }
}

/** Why a file cannot be put on nodes. */
export function unfit(source: string, why: string): Problem {
  return {
    code: 'cannot-copy',
    message: `The file ${source} ${why}.`,
    stillTrue: 'Nothing was changed.',
    next: 'Files to copy lie below the folder that ha.yaml names under files.',
  }
}
