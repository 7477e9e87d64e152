const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const cleaners = new Set<() => void>()

/**
 * Runs `clean` when this process exits, or is told to by a signal that nobody else handles. Returns how to forget it.
 * A signal with another handler belongs to that: when it exits the process, `clean` runs too.
 */
export function atExit(clean: () => void): () => void {
  if (cleaners.size === 0) listen()
  cleaners.add(clean)
  return () => {
    if (cleaners.delete(clean) && cleaners.size === 0) stopListening()
  }
}

function listen(): void {
  process.on('exit', cleanAll)
  for (const signal of SIGNALS) process.on(signal, onSignal)
}

function stopListening(): void {
  process.off('exit', cleanAll)
  for (const signal of SIGNALS) process.off(signal, onSignal)
}

function cleanAll(): void {
  for (const clean of cleaners) clean()
  cleaners.clear()
}

/** Ends by the same signal in the end, so that the parent sees the truth. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return
  cleanAll()
  stopListening()
  process.kill(process.pid, signal)
}
