import { systemClock } from '../adapters/clock.ts'

/** Does something, waits, does it again, until `signal` fires. A failure is told and the rounds go on. Never two at a time. */
export async function every(
  ms: number,
  signal: AbortSignal,
  round: () => Promise<void>,
  onError: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    await round().catch(onError)
    await systemClock.sleep(ms, signal)
  }
}
