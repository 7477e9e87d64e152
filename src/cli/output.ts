import { type Problem, problemText } from '../problem.ts'

/** Where a command prints, and how: injected, so that tests can read it. */
export interface Output {
  /** Standard output, one line or several. */
  say(text: string): void
  /** Standard error. */
  complain(text: string): void
  readonly json: boolean
}

export const USAGE = 2

/** Prints problems and gives the exit code of "usage or refused". */
export function refuse(out: Output, problems: readonly Problem[]): number {
  if (out.json) out.say(JSON.stringify({ refused: problems }))
  else out.complain(problems.map(problemText).join('\n\n'))
  return USAGE
}
