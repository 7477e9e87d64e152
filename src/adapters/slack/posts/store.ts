import { z } from 'zod'

/** Where the outbox keeps what it has posted; values are small JSON texts. Kept at least as long as runs are followed. */
export interface OutboxStore {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
}

/**
 * A message on its way (`since`: when it was first tried, ms; `unsure`: that try may have arrived) or out (`ts`: Slack's name for it).
 */
export const PostRow = z.strictObject({
  channel: z.string(),
  since: z.number(),
  unsure: z.boolean(),
  ts: z.string().optional(),
})
export type PostRow = z.infer<typeof PostRow>

/** The card of a run: where it is, what it shows (a digest), and how often it had to be posted anew. */
export const CardRow = z.strictObject({
  channel: z.string(),
  ts: z.string(),
  shown: z.string(),
  generation: z.number().int(),
})
export type CardRow = z.infer<typeof CardRow>

/** Where a run is shown. `stranded`: not where it was asked, because the bot may not write there. */
export const PlaceRow = z.strictObject({ channel: z.string(), stranded: z.boolean() })
export type PlaceRow = z.infer<typeof PlaceRow>

/** Steps told in the thread, and those of the note that is on its way. */
export const StepsRow = z.strictObject({
  told: z.array(z.string()),
  batch: z.array(z.string()),
  note: z.number().int(),
})
export type StepsRow = z.infer<typeof StepsRow>

export const FileRow = z.strictObject({ since: z.number(), file: z.string().optional(), shared: z.boolean() })
export type FileRow = z.infer<typeof FileRow>

/** A row, or undefined when there is none or it is not what it should be. */
export async function readRow<T>(store: OutboxStore, key: string, shape: z.ZodType<T>): Promise<T | undefined> {
  const text = await store.get(key)
  if (text === undefined) return undefined
  try {
    return shape.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

export async function writeRow<T>(store: OutboxStore, key: string, row: T): Promise<void> {
  await store.set(key, JSON.stringify(row))
}

export function rowKey(run: string, part: string): string {
  return `${run}:${part}`
}
