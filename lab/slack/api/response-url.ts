import * as z from 'zod'
import type { Lab } from '../lab.ts'
import { findMessage, post, remove, revise } from '../messages.ts'
import type { ResponseTarget } from '../response-urls.ts'
import { IDENTITY } from '../seed.ts'
import { readContent } from './content.ts'

/** What an app may post to a response_url, or acknowledge a command with. */
const ResponseBody = z.object({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  metadata: z.unknown().optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
})

interface Responded {
  readonly status: number
  readonly error?: string
  /** The message that was written, when one was. */
  readonly ts?: string
}

/** Uses a response_url once (slack-platform.md §2.3): 404 when it is used up or too old. */
export function respond(lab: Lab, secret: string, given: unknown): Responded {
  const target = lab.responseUrls.use(secret)
  const responded = 'error' in target ? { status: 404, error: target.error } : answer(lab, target, given)
  lab.log.add({ kind: 'response-url', body: given, ...responded })
  return responded
}

/** Says something to where a command or a click came from, with Slack's defaults: privately, as a new message. */
export function answer(lab: Lab, target: ResponseTarget, given: unknown): Responded {
  const body = ResponseBody.safeParse(given)
  if (!body.success) return { status: 400, error: 'invalid_payload' }
  const original = target.message ? findMessage(lab, target.channel, target.message) : undefined
  if (body.data.delete_original && original) {
    remove(lab, original)
    return { status: 200 }
  }
  const read = readContent(lab, body.data)
  if (!read.ok) return { status: 400, error: read.error }
  if (body.data.replace_original && original) return { status: 200, ts: revise(lab, original, read.content).ts }
  const shown = body.data.response_type === 'in_channel' ? {} : { onlyFor: target.user }
  const thread_ts = body.data.thread_ts ?? original?.thread_ts
  const author = { user: IDENTITY.botUserId, bot: true }
  return { status: 200, ts: post(lab, { ...read.content, ...shown, ...author, channel: target.channel, thread_ts }).ts }
}
