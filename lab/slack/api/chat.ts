import * as z from 'zod'
import type { Lab } from '../lab.ts'
import { findMessage, messageJson, post, remove, revise } from '../messages.ts'
import { IDENTITY } from '../seed.ts'
import { conversation } from './channels.ts'
import { readContent } from './content.ts'
import { flag, type Method, method, refuse } from './method.ts'

const text = z.string().optional()
const said = { text, blocks: z.unknown().optional(), metadata: z.unknown().optional() }

const postMessage = method(
  z.object({ channel: z.string(), thread_ts: text, reply_broadcast: flag.optional(), ...said }),
  (lab, { channel, thread_ts, reply_broadcast, ...raw }) => {
    const place = conversation(lab, channel)
    if (!place) return refuse('channel_not_found')
    if (thread_ts && !findMessage(lab, place.id, thread_ts)) return refuse('thread_not_found')
    const read = readContent(lab, raw)
    if (!read.ok) return read
    const message = post(lab, {
      ...read.content,
      channel: place.id,
      user: IDENTITY.botUserId,
      bot: true,
      thread_ts,
      broadcast: reply_broadcast && thread_ts ? true : undefined,
    })
    return { ok: true, channel: place.id, ts: message.ts, message: messageJson(lab, message, true) }
  },
)

/** Text alone removes the blocks and marks the message as edited; with blocks it is not marked (Slack's reference of chat.update). */
const update = method(z.object({ channel: z.string(), ts: z.string(), ...said }), (lab, { channel, ts, ...raw }) => {
  const message = ownMessage(lab, channel, ts)
  if (!message.ok) return message
  const fault = lab.faults.take('edits_fail', each => each.ts === undefined || each.ts === ts)
  if (fault) return refuse(fault.error)
  const read = readContent(lab, raw)
  if (!read.ok) return read
  const edited = read.content.blocks.length > 0 ? {} : { edited: { user: IDENTITY.botUserId, ts: lab.stamp() } }
  const revised = revise(lab, message.message, { ...read.content, ...edited })
  return { ok: true, channel, ts, text: revised.text, message: messageJson(lab, revised, true) }
})

const deleteMessage = method(z.object({ channel: z.string(), ts: z.string() }), (lab, { channel, ts }) => {
  const message = ownMessage(lab, channel, ts)
  if (!message.ok) return message.error === 'cant_update_message' ? refuse('cant_delete_message') : message
  remove(lab, message.message)
  return { ok: true, channel, ts }
})

const postEphemeral = method(
  z.object({ channel: z.string(), user: z.string(), thread_ts: text, ...said }),
  (lab, args) => {
    const { channel, user, thread_ts, ...raw } = args
    const place = conversation(lab, channel)
    if (!place) return refuse('channel_not_found')
    if (!place.members.includes(user)) return refuse('user_not_in_channel')
    const read = readContent(lab, raw)
    if (!read.ok) return read
    const author = { user: IDENTITY.botUserId, bot: true, onlyFor: user }
    const message = post(lab, { ...read.content, ...author, channel: place.id, thread_ts })
    return { ok: true, message_ts: message.ts }
  },
)

const getPermalink = method(
  z.object({ channel: z.string(), message_ts: z.string() }),
  (lab, { channel, message_ts }) => {
    if (!conversation(lab, channel)) return refuse('channel_not_found')
    if (!findMessage(lab, channel, message_ts)) return refuse('message_not_found')
    return { ok: true, channel, permalink: `${lab.origin}/#${channel}/p${message_ts.replace('.', '')}` }
  },
)

/** An ephemeral message has no ts that the API knows (slack-platform.md §1.5). */
function ownMessage(lab: Lab, channel: string, ts: string) {
  if (!conversation(lab, channel)) return refuse('channel_not_found')
  const message = findMessage(lab, channel, ts)
  if (!message || message.onlyFor) return refuse('message_not_found')
  if (message.user !== IDENTITY.botUserId) return refuse('cant_update_message')
  return { ok: true as const, message }
}

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.delete': deleteMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.getPermalink': getPermalink,
}
