/**
 * How a run or a step ended (docs/architecture.md, "Outcomes").
 * `failed`: the cluster said no. `errored` and `timed-out`: it could not be asked, and nothing was changed.
 * `unknown`: a change, or the wait after one, whose result is not known; a person decides. `refused`: never began.
 */
export const OUTCOMES = [
  'succeeded',
  'failed',
  'errored',
  'timed-out',
  'unknown',
  'denied',
  'expired',
  'cancelled',
  'refused',
] as const
export type Outcome = (typeof OUTCOMES)[number]

const EXIT_CODES: Record<Outcome, number> = {
  succeeded: 0,
  failed: 1,
  refused: 2,
  denied: 3,
  expired: 3,
  cancelled: 3,
  unknown: 4,
  errored: 5,
  'timed-out': 5,
}

/** Exit code of the command line for an outcome. */
export function exitCode(outcome: Outcome): number {
  return EXIT_CODES[outcome]
}
