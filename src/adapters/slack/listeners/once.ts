/** Lets each thing through once: Slack delivers some clicks again, and people press twice (slack-platform.md §4.1). */
export type Once = (key: string) => boolean

/** Remembers the latest `kept` keys; older repeats are caught by the desk, which decides by meaning. */
export function createOnce(kept = 5_000): Once {
  const seen = new Set<string>()
  return key => {
    if (seen.has(key)) return false
    seen.add(key)
    for (const oldest of seen) {
      if (seen.size <= kept) break
      seen.delete(oldest)
    }
    return true
  }
}
