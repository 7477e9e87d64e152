import { openDirect } from '../api/channels.ts'
import { homeOf } from '../api/views.ts'
import type { Lab } from '../lab.ts'
import { findMessage, post, whisper } from '../messages.ts'
import { IDENTITY } from '../seed.ts'
import type { Channel, Person } from '../store.ts'
import { viewJson } from '../views.ts'
import { command, escaped } from './command.ts'
import { sendEvent } from './events.ts'
import { type Done, undone } from './outcome.ts'
import { actor, actorIn } from './who.ts'

export interface SayAsk {
  readonly user: string
  readonly channel?: string | undefined
  readonly text: string
  readonly thread_ts?: string | undefined
}

/** A person presses Enter in the message box: a command, a mention, a word to the app alone, or just a message. */
export async function say(lab: Lab, ask: SayAsk): Promise<Done<{ ts?: string }>> {
  const where = actorIn(lab, ask.user, ask.channel)
  if (!where.ok) return where
  const { person, place } = where
  if (ask.text.startsWith('/')) {
    if (ask.thread_ts === undefined) return await command(lab, ask)
    whisper(lab, place.id, person.id, `${ask.text.split(' ', 1)[0]} is not supported in threads. Mention @ha instead.`)
    return undone('command_in_thread')
  }
  if (ask.thread_ts !== undefined && !findMessage(lab, place.id, ask.thread_ts)) return undone('thread_not_found')
  return await speak(lab, person, place, ask)
}

/** A person calls the app by name, in a channel or a thread: `@ha status`. */
export async function mention(lab: Lab, ask: SayAsk): Promise<Done<{ ts?: string }>> {
  const named = /(^|\s)@ha\b/.test(ask.text) ? ask.text : `@ha ${ask.text}`
  return await say(lab, { ...ask, text: named })
}

/** A person writes to the app alone. */
export async function dm(lab: Lab, ask: Omit<SayAsk, 'channel'>): Promise<Done<{ ts?: string }>> {
  const who = actor(lab, ask.user)
  const direct = who.ok ? openDirect(lab, who.person.id) : undefined
  return who.ok ? await say(lab, { ...ask, channel: direct?.id }) : who
}

async function speak(
  lab: Lab,
  person: Person,
  place: Channel,
  { text: typed, thread_ts }: SayAsk,
): Promise<Done<{ ts: string }>> {
  const text = escaped(lab, typed).replace(/<@(\w+)\|[^>]*>/g, '<@$1>')
  const message = post(lab, { channel: place.id, user: person.id, bot: false, text, blocks: [], thread_ts })
  lab.log.add({ kind: 'person', user: person.id, did: typed })
  const type = place.direct ? 'message' : text.includes(`<@${IDENTITY.botUserId}>`) ? 'app_mention' : undefined
  if (!type) return { ok: true, ts: message.ts }
  const { ts } = message
  const thread = thread_ts ? { thread_ts } : {}
  const direct = place.direct ? { channel_type: 'im' } : {}
  await sendEvent(lab, {
    type,
    user: person.id,
    text,
    ts,
    event_ts: ts,
    channel: place.id,
    team: IDENTITY.teamId,
    ...thread,
    ...direct,
  })
  return { ok: true, ts }
}

/** A person opens the app's home tab. */
export async function home(lab: Lab, ask: { readonly user: string }): Promise<Done> {
  const who = actor(lab, ask.user)
  if (!who.ok) return who
  const { person } = who
  const shown = homeOf(lab, person.id)
  const view = shown ? { view: viewJson(shown) } : {}
  const heard = await sendEvent(lab, {
    type: 'app_home_opened',
    user: person.id,
    channel: openDirect(lab, person.id)?.id,
    tab: 'home',
    ...view,
  })
  return heard ? { ok: true } : undone('operation_timeout')
}
