/** Calls `work` with a signal that fires as soon as one of these does, and listens to them no longer than that. */
export async function withAny<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const either = new AbortController()
  const abort = (): void => either.abort()
  if (signals.some(signal => signal.aborted)) abort()
  for (const signal of signals) signal.addEventListener('abort', abort, { once: true })
  try {
    return await work(either.signal)
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', abort)
  }
}
