import * as z from 'zod'
import type { Lab } from '../lab.ts'
import { findMessage, messageJson } from '../messages.ts'
import type { Message } from '../store.ts'
import { channelJson, conversation, openDirect } from './channels.ts'
import { flag, type Method, method, page, paged, refuse } from './method.ts'

const between = { oldest: z.string().optional(), latest: z.string().optional(), inclusive: flag.optional() }
const reading = { channel: z.string(), include_all_metadata: flag.optional(), ...between, ...page }

const list = method(
  z.object({ types: z.string().optional(), ...page }),
  (lab, { types = 'public_channel', ...rest }) => {
    const wanted = types.split(',')
    const fits = [...lab.store.channels.values()].filter(channel =>
      wanted.includes(channel.direct ? 'im' : 'public_channel'),
    )
    const { items, response_metadata } = paged(fits, rest)
    return { ok: true, channels: items.map(channelJson), response_metadata }
  },
)

const info = method(z.object({ channel: z.string() }), (lab, { channel }) => {
  const place = lab.store.channels.get(channel)
  return place ? { ok: true, channel: channelJson(place) } : refuse('channel_not_found')
})

/** Newest first, without the replies of threads that were not sent to the channel too. */
const history = method(z.object(reading), (lab, args) => {
  if (!lab.store.channels.has(args.channel)) return refuse('channel_not_found')
  const top = lasting(lab, args.channel).filter(message => !message.thread_ts || message.broadcast)
  return read(lab, top.filter(inside(args)).reverse(), args)
})

/** Oldest first, the message that began the thread at its head. */
const replies = method(z.object({ ts: z.string(), ...reading }), (lab, { ts, ...args }) => {
  if (!lab.store.channels.has(args.channel)) return refuse('channel_not_found')
  const parent = findMessage(lab, args.channel, ts)
  if (!parent || parent.onlyFor) return refuse('thread_not_found')
  const thread = lasting(lab, args.channel).filter(message => message.thread_ts === ts && message.ts !== ts)
  return read(lab, [parent, ...thread.filter(inside(args))], args)
})

function read(
  lab: Lab,
  messages: readonly Message[],
  args: { include_all_metadata?: boolean | undefined; cursor?: string | undefined; limit?: number | undefined },
) {
  const { items, more, response_metadata } = paged(messages, args)
  const found = items.map(message => messageJson(lab, message, args.include_all_metadata))
  return { ok: true as const, messages: found, has_more: more, response_metadata }
}

function lasting(lab: Lab, channel: string): Message[] {
  return lab.store.messages.filter(message => message.channel === channel && !message.onlyFor)
}

function inside({
  oldest,
  latest,
  inclusive,
}: {
  oldest?: string | undefined
  latest?: string | undefined
  inclusive?: boolean | undefined
}) {
  const [from, to] = [Number(oldest ?? 0), Number(latest ?? Number.POSITIVE_INFINITY)]
  return ({ ts }: Message) =>
    inclusive ? Number(ts) >= from && Number(ts) <= to : Number(ts) > from && Number(ts) < to
}

const members = method(z.object({ channel: z.string(), ...page }), (lab, { channel, ...rest }) => {
  const place = lab.store.channels.get(channel)
  if (!place) return refuse('channel_not_found')
  const { items, response_metadata } = paged(place.members, rest)
  return { ok: true, members: items, response_metadata }
})

const open = method(
  z.object({ users: z.string().optional(), channel: z.string().optional(), return_im: flag.optional() }),
  (lab, args) => {
    const direct = args.channel ? conversation(lab, args.channel) : openDirect(lab, args.users ?? '')
    if (!direct) return refuse(args.users?.includes(',') ? 'method_not_supported_for_channel_type' : 'user_not_found')
    return { ok: true, channel: args.return_im ? channelJson(direct) : { id: direct.id } }
  },
)

export const conversationMethods: Readonly<Record<string, Method>> = {
  'conversations.list': list,
  'conversations.info': info,
  'conversations.history': history,
  'conversations.replies': replies,
  'conversations.members': members,
  'conversations.open': open,
}
