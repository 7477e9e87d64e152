/** Tells whoever watches that something in the workspace has changed; they look for themselves what it is. */
export interface Changes {
  notify(): void
  /** The answer ends the subscription. */
  watch(listener: () => void): () => void
}

export function createChanges(): Changes {
  const listeners = new Set<() => void>()
  return {
    notify() {
      for (const listener of [...listeners]) listener()
    },
    watch(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
