import type { Lab } from './lab.ts'
import { IDENTITY } from './seed.ts'
import type { FileRecord, Message } from './store.ts'

type Draft = Omit<Message, 'ts' | 'revision'>

/** Puts a message into its conversation. */
export function post(lab: Lab, draft: Draft): Message {
  const message: Message = { ...draft, ts: lab.stamp(), revision: 0 }
  lab.store.messages.push(message)
  lab.changes.notify()
  return message
}

/** Replaces parts of a message; answers the new one. */
export function revise(lab: Lab, message: Message, change: Partial<Draft>): Message {
  const revised: Message = { ...message, ...change, revision: message.revision + 1 }
  lab.store.messages[lab.store.messages.indexOf(message)] = revised
  lab.changes.notify()
  return revised
}

export function remove(lab: Lab, message: Message): void {
  lab.store.messages.splice(lab.store.messages.indexOf(message), 1)
  lab.changes.notify()
}

export function findMessage(lab: Lab, channel: string, ts: string): Message | undefined {
  return lab.store.messages.find(message => message.channel === channel && message.ts === ts)
}

/** A word from the workspace itself to one person, as Slack's own bot speaks: private. */
export function whisper(lab: Lab, channel: string, user: string, text: string): Message {
  return post(lab, { channel, user: 'USLACKBOT', bot: true, text, blocks: [], onlyFor: user })
}

/** A message as Slack's API gives it. Metadata only when asked for. */
export function messageJson(lab: Lab, message: Message, withMetadata = false): Record<string, unknown> {
  const { ts, user, text, thread_ts, edited, metadata } = message
  const replies = lab.store.messages.filter(
    reply => reply.channel === message.channel && reply.thread_ts === ts && reply.ts !== ts,
  )
  const files = (message.files ?? []).flatMap(id => lab.store.files.get(id) ?? [])
  return {
    type: 'message',
    ts,
    user,
    text,
    team: IDENTITY.teamId,
    ...(message.bot && user === IDENTITY.botUserId && { bot_id: IDENTITY.botId, app_id: IDENTITY.appId }),
    ...(message.blocks.length > 0 && { blocks: message.blocks }),
    ...(thread_ts && { thread_ts }),
    ...(message.broadcast && { subtype: 'thread_broadcast' }),
    ...(replies.length > 0 && { thread_ts: ts, reply_count: replies.length, latest_reply: replies.at(-1)?.ts }),
    ...(edited && { edited }),
    ...(message.reactions && { reactions: message.reactions.map(each => ({ ...each, count: each.users.length })) }),
    ...(files.length > 0 && { files: files.map(file => fileJson(lab, file)), upload: true }),
    ...(withMetadata && metadata && { metadata }),
  }
}

export function fileJson(lab: Lab, file: FileRecord): Record<string, unknown> {
  const address = `${lab.origin}/files/${file.id}/${encodeURIComponent(file.name)}`
  const channels = [...new Set(file.shares.map(share => share.channel))]
  const placesIn = (channel: string) => file.shares.filter(share => share.channel === channel).map(({ ts }) => ({ ts }))
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    size: file.size,
    user: file.user,
    created: Math.floor(file.created / 1000),
    timestamp: Math.floor(file.created / 1000),
    mode: 'hosted',
    filetype: file.name.split('.').at(-1) ?? '',
    url_private: address,
    url_private_download: `${address}?download=1`,
    permalink: address,
    channels,
    shares: { public: Object.fromEntries(channels.map(channel => [channel, placesIn(channel)])) },
  }
}
