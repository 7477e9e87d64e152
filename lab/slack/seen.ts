import { sees } from './acting/who.ts'
import { homeOf } from './api/views.ts'
import { actionIdOf, interactiveIn, textIn } from './blocks/find.ts'
import type { Block } from './blocks/schema.ts'
import type { Lab } from './lab.ts'
import type { FileRecord, Message, Reaction, View } from './store.ts'
import { stackOf } from './views.ts'

/** A message as it is on a person's screen. */
export interface SeenMessage {
  readonly channel: string
  readonly ts: string
  readonly user: string
  readonly name: string
  readonly bot: boolean
  readonly text: string
  readonly blocks: readonly Block[]
  /** Everything readable: the blocks' text, or the message's own where it has no blocks. */
  readonly said: string
  readonly buttons: readonly SeenButton[]
  readonly thread_ts?: string | undefined
  readonly broadcast: boolean
  readonly ephemeral: boolean
  readonly edited: boolean
  readonly revision: number
  readonly files: readonly SeenFile[]
  readonly reactions: readonly Reaction[]
}

interface SeenButton {
  readonly text: string
  readonly action_id: string
  readonly block_id: string
  readonly value: string
  readonly style: string
}

export interface SeenFile {
  readonly id: string
  readonly name: string
  readonly title: string
  readonly size: number
  /** The first lines, for what is text. */
  readonly preview: string
}

export interface SeenView
  extends Pick<
    View,
    'id' | 'user' | 'type' | 'title' | 'submit' | 'close' | 'callback_id' | 'hash' | 'blocks' | 'state' | 'errors'
  > {
  readonly said: string
  readonly inputs: readonly {
    readonly label: string
    readonly action_id: string
    readonly block_id: string
    readonly type: string
  }[]
}

/** What one person sees of a channel (all channels they are in unless given), oldest first, replies of threads among them. */
export function seenMessages(
  lab: Lab,
  { channel, user }: { channel?: string | undefined; user?: string | undefined },
): SeenMessage[] {
  const visible = (message: Message) =>
    (channel === undefined || message.channel === channel) &&
    (user === undefined || (sees(message, user) && isIn(lab, message.channel, user)))
  return lab.store.messages.filter(visible).map(message => seenMessage(lab, message))
}

function isIn(lab: Lab, channel: string, user: string): boolean {
  return lab.store.channels.get(channel)?.members.includes(user) ?? false
}

function seenMessage(lab: Lab, message: Message): SeenMessage {
  const { channel, ts, user, bot, text, blocks, thread_ts, revision } = message
  const files = (message.files ?? []).flatMap(id => lab.store.files.get(id) ?? [])
  return {
    channel,
    ts,
    user,
    name: lab.store.people.get(user)?.name ?? 'Slackbot',
    bot,
    text,
    blocks,
    said: blocks.length > 0 ? textIn(blocks).join('\n') : text,
    buttons: buttonsIn(blocks),
    thread_ts,
    broadcast: message.broadcast ?? false,
    ephemeral: message.onlyFor !== undefined,
    edited: message.edited !== undefined,
    revision,
    files: files.map(seenFile),
    reactions: message.reactions ?? [],
  }
}

function buttonsIn(blocks: readonly Block[]): SeenButton[] {
  return interactiveIn(blocks).flatMap(placed => {
    if (placed.element.type !== 'button') return []
    const { text, value = '', style = '' } = placed.element
    return [{ text: text.text, action_id: actionIdOf(placed), block_id: placed.blockId, value, style }]
  })
}

const PREVIEW_BYTES = 2_000

export function seenFile({ id, name, title, size, bytes }: FileRecord): SeenFile {
  const head = bytes.subarray(0, PREVIEW_BYTES)
  const readable = !head.includes(0) && !/\.(html?|gz|zip|png)$/.test(name)
  return { id, name, title, size, preview: readable ? head.toString('utf8') : '' }
}

/** The modals open in front of people (of one person when given), the lowest first. */
export function seenViews(lab: Lab, user?: string): SeenView[] {
  const people = user === undefined ? [...lab.store.people.keys()] : [user]
  return people.flatMap(each => stackOf(lab, each)).map(seenView)
}

export function seenHome(lab: Lab, user: string): SeenView | undefined {
  const view = homeOf(lab, user)
  return view && seenView(view)
}

function seenView(view: View): SeenView {
  const { id, user, type, title, submit, close, callback_id, hash, blocks, state, errors } = view
  const inputs = interactiveIn(blocks).map(each => ({
    label: each.label,
    action_id: actionIdOf(each),
    block_id: each.blockId,
    type: each.element.type,
  }))
  const visible: SeenView = {
    id,
    user,
    type,
    title,
    submit,
    close,
    callback_id,
    hash,
    blocks,
    state,
    errors,
    said: textIn(blocks).join('\n'),
    inputs,
  }
  return visible
}
