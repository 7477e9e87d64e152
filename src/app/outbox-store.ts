import { z } from 'zod'

/** As the outbox wants it (adapters/slack/posts/store.ts). */
interface Rows {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
}

const Dated = z.strictObject({ at: z.number(), value: z.string() })

/**
 * Rows kept in two places. The later one counts, so that neither a Redis that was rolled back nor an archive that was full for a while makes
 * anything be posted twice. Rejects only when neither place can be asked, or written.
 */
export function twofoldRows(first: Rows, second: Rows, now: () => number): Rows {
  let latest = 0
  return {
    get: async key => {
      const answers = await Promise.allSettled([first.get(key), second.get(key)])
      const found = answers.flatMap(answer => (answer.status === 'fulfilled' ? [dated(answer.value)] : []))
      if (found.length === 0) throw reasonOf(answers)
      return found.reduce((a, b) => (b.at > a.at ? b : a)).value
    },
    set: async (key, value) => {
      latest = Math.max(latest + 1, now())
      const row = JSON.stringify({ at: latest, value })
      const answers = await Promise.allSettled([first.set(key, row), second.set(key, row)])
      if (answers.every(answer => answer.status === 'rejected')) throw reasonOf(answers)
    },
  }
}

function dated(text: string | undefined): { readonly at: number; readonly value: string | undefined } {
  if (text === undefined) return { at: -1, value: undefined }
  try {
    const read = Dated.safeParse(JSON.parse(text))
    if (read.success) return read.data
  } catch {
    // Of an earlier version: the bare row.
  }
  return { at: 0, value: text }
}

function reasonOf(answers: readonly PromiseSettledResult<unknown>[]): unknown {
  return answers.find(answer => answer.status === 'rejected')?.reason
}
