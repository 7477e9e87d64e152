import * as z from 'zod'
import type { Lab } from '../lab.ts'

/** One call of the Web API, after its token has been checked. */
interface Call {
  readonly lab: Lab
  readonly args: Readonly<Record<string, unknown>>
}

export type Reply = { readonly ok: true; readonly [key: string]: unknown } | Refusal
export interface Refusal {
  readonly ok: false
  readonly error: string
  readonly response_metadata?: { readonly messages: readonly string[] }
}

export type Method = (call: Call) => Reply

export function refuse(error: string, messages: readonly string[] = []): Refusal {
  return messages.length > 0 ? { ok: false, error, response_metadata: { messages } } : { ok: false, error }
}

/** A method whose arguments are checked. Slack ignores arguments it does not know (clients add `token` and `team_id`), so this does too. */
export function method<S extends z.ZodObject>(shape: S, act: (lab: Lab, args: z.infer<S>) => Reply): Method {
  return ({ lab, args }) => {
    const parsed = shape.safeParse(args)
    if (parsed.success) return act(lab, parsed.data)
    return refuse(
      'invalid_arguments',
      parsed.error.issues.map(issue => `[ERROR] ${issue.message} [json-pointer:/${issue.path.join('/')}]`),
    )
  }
}

/** Form bodies know text only: `"true"`, `"1"` and JSON's true all mean yes. */
export const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0'])])
  .transform(value => value === true || value === 'true' || value === '1')
export const count = z.coerce.number().int().min(1).max(1000)
export const page = { cursor: z.string().optional(), limit: count.optional() }

/** One page of `items`, with Slack's way of pointing to the next. */
export function paged<T>(
  items: readonly T[],
  { cursor = '', limit = 100 }: { cursor?: string | undefined; limit?: number | undefined },
) {
  const start = Number.parseInt(Buffer.from(cursor, 'base64').toString().replace('next:', '') || '0', 10)
  const end = start + limit
  const more = end < items.length
  const next_cursor = more ? Buffer.from(`next:${end}`).toString('base64') : ''
  return { items: items.slice(start, end), more, response_metadata: { next_cursor } }
}
