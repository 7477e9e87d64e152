import type { Problem } from '../../../problem.ts'

/**
 * The words as they were probably meant: the part above the caret replaced by the suggestion, without a leading `/ha`. Undefined
 * when the problem does not point at one part of a single line.
 */
export function corrected(problem: Problem): string | undefined {
  const [input, marks, ...rest] = problem.excerpt?.split('\n') ?? []
  const caret = marks?.match(/^( *)(\^+) *$/)
  if (input === undefined || !problem.suggestion || !caret || rest.length > 0) return undefined
  const start = caret[1]?.length ?? 0
  const end = start + (caret[2]?.length ?? 0)
  if (start >= input.length) return undefined
  const text = `${input.slice(0, start)}${problem.suggestion}${input.slice(end)}`
  return text.replace(/^\/ha(?:\s+|$)/, '').trim()
}
