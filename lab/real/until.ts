import { setTimeout as pause } from 'node:timers/promises'

export interface Wait {
  /** What is waited for, as it reads in "waited 60 s for …". */
  readonly what: string
  readonly limitMs: number
  readonly everyMs?: number
  readonly signal?: AbortSignal | undefined
}

/** Asks until the answer is undefined, which means "nothing is missing". Rejects with the last answer when the limit is reached. */
export async function until(wait: Wait, missing: () => Promise<string | undefined>): Promise<void> {
  const { what, limitMs, everyMs = 250, signal } = wait
  const end = performance.now() + limitMs
  for (;;) {
    signal?.throwIfAborted()
    const answer = await missing()
    if (answer === undefined) return
    if (performance.now() >= end) throw new Error(`Waited ${limitMs / 1000} s for ${what}. Last seen: ${answer}`)
    await pause(everyMs, undefined, { signal })
  }
}
