import type { Done } from '../ssh/bare.ts'

export const SCRIPT = 'uptime'

/** How many at a time where it can be chosen: what pdsh does unless told otherwise. */
export const FANOUT = 32

/** A wrong answer must not count as a fast one. */
export function mustAnswer({ exitCode, stdoutBytes }: Done): void {
  if (exitCode !== 0 || stdoutBytes === 0) throw new Error(`${SCRIPT} ended with ${exitCode} and ${stdoutBytes} bytes`)
}
