import type { WebClient } from '@slack/web-api'
import type { Clock } from '../../../runs/ports.ts'
import type { Message } from '../blocks/rich.ts'
import { type Called, call } from '../calls.ts'
import type { SlackLog } from '../log.ts'
import { EVENT_TYPE, find, keyed } from './find.ts'
import { type Lanes, PACES, type Urgency } from './lanes.ts'
import { type OutboxStore, PostRow, readRow, writeRow } from './store.ts'

/** A message and where it belongs; the key names it for ever: whatever fails and restarts, it is in Slack once. */
interface Letter {
  readonly key: string
  readonly channel: string
  readonly thread?: string
  /** Also show a reply in the channel. */
  readonly broadcast?: boolean
  readonly message: Message
}

/** `later`: try again then. `impossible`: Slack will not take it there, and says why. */
type Posted =
  | { readonly kind: 'sent'; readonly channel: string; readonly ts: string; readonly now: boolean }
  | { readonly kind: 'later'; readonly afterMs: number; readonly because: string }
  | { readonly kind: 'impossible'; readonly error: string }

type Edited =
  | { readonly kind: 'done' }
  | { readonly kind: 'gone'; readonly error: string }
  | Exclude<Posted, { kind: 'sent' }>

export interface Outbox {
  /** One try to post; a try whose answer was lost is looked up in Slack before the next. */
  post(letter: Letter, signal: AbortSignal): Promise<Posted>
  /** One try to edit; `draw` is asked when it is this edit's turn, so that the latest is shown. */
  edit(
    where: { channel: string; ts: string },
    draw: () => Promise<Message>,
    urgency: Urgency,
    signal: AbortSignal,
  ): Promise<Edited>
}

interface OutboxParts {
  readonly client: WebClient
  readonly store: OutboxStore
  readonly lanes: Lanes
  readonly clock: Clock
  readonly log: SlackLog
}

/** Longer than a request is on its way that was cut off: one that arrives behind the look would stand there twice. */
const LOOK_AGAIN_MS = 3_000
/** Nothing that we send changes these: somebody has to mend a token or come back to the workspace. */
const OUT_OF_ORDER = new Set([
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_authed',
  'missing_scope',
])
const MEND_MS = 30_000
/** An edit can never succeed any more: the message is posted anew. */
const GONE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed', 'thread_not_found'])

export function createOutbox(parts: OutboxParts): Outbox {
  return {
    async post(letter, signal) {
      const row = await readRow(parts.store, letter.key, PostRow)
      if (row?.ts) return { kind: 'sent', channel: row.channel, ts: row.ts, now: false }
      return (row?.unsure && (await lookUp(parts, letter, row))) || (await send(parts, letter, row, signal))
    },
    edit: (where, draw, urgency, signal) => edit(parts, where, draw, urgency, signal),
  }
}

/** An earlier try whose end is not known: undefined means that it surely did not arrive. */
async function lookUp(parts: OutboxParts, letter: Letter, row: PostRow): Promise<Posted | undefined> {
  const where = { channel: row.channel, ...(letter.thread ? { thread: letter.thread } : {}) }
  const found = await find(parts.client, where, row.since, keyed(letter.key))
  if (found.kind === 'ok') return found.value && (await sent(parts, letter.key, row, found.value.ts, false))
  if (found.kind === 'limited') return { kind: 'later', afterMs: found.afterMs, because: 'rate limited' }
  if (found.kind === 'unclear') return { kind: 'later', afterMs: LOOK_AGAIN_MS, because: found.error }
  if (OUT_OF_ORDER.has(found.error) && found.error !== 'missing_scope')
    return { kind: 'later', afterMs: MEND_MS, because: found.error }
  parts.log.warn(
    { key: letter.key, error: found.error },
    'cannot look for a message whose answer was lost; it may appear twice',
  )
  return undefined
}

async function send(
  parts: OutboxParts,
  letter: Letter,
  row: PostRow | undefined,
  signal: AbortSignal,
): Promise<Posted> {
  const lane = `post ${letter.channel}`
  await parts.lanes.turn(lane, PACES.post, 'soon', signal)
  if (signal.aborted) return { kind: 'later', afterMs: 0, because: 'closing' }
  const trying: PostRow = { channel: letter.channel, since: row?.since ?? parts.clock.now(), unsure: true }
  await writeRow(parts.store, letter.key, trying)
  const called = await carry(parts, letter.message, message =>
    parts.client.chat.postMessage(postArguments(letter, message)),
  )
  if (called.kind === 'ok') return await sent(parts, letter.key, trying, called.value.ts ?? '', true)
  if (called.kind === 'unclear') return { kind: 'later', afterMs: LOOK_AGAIN_MS, because: called.error }
  await writeRow<PostRow>(parts.store, letter.key, { ...trying, unsure: false })
  if (called.kind === 'refused') return refused(called.error)
  parts.lanes.hold(lane, called.afterMs)
  return { kind: 'later', afterMs: called.afterMs, because: 'rate limited' }
}

function refused(error: string): Exclude<Posted, { kind: 'sent' }> {
  return OUT_OF_ORDER.has(error) ? { kind: 'later', afterMs: MEND_MS, because: error } : { kind: 'impossible', error }
}

async function sent(parts: OutboxParts, key: string, row: PostRow, ts: string, now: boolean): Promise<Posted> {
  await writeRow<PostRow>(parts.store, key, { ...row, unsure: false, ts })
  return { kind: 'sent', channel: row.channel, ts, now }
}

/** Slack's words for "I do not take these blocks". */
const BLOCKS_REFUSED = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long'])

/** A message that Slack does not take is sent as its one line of text: better that than silence. */
async function carry<T>(
  parts: OutboxParts,
  message: Message,
  send: (message: Message) => Promise<T>,
): Promise<Called<T>> {
  const called = await call(() => send(message))
  if (called.kind !== 'refused' || !BLOCKS_REFUSED.has(called.error)) return called
  parts.log.error(
    { error: called.error, text: message.text },
    'Slack does not take this message; its text alone is sent',
  )
  return await call(() => send({ text: `${message.text} · more in a terminal: ha runs`, blocks: [] }))
}

function postArguments(letter: Letter, message: Message) {
  const reply = letter.thread ? { thread_ts: letter.thread, reply_broadcast: letter.broadcast ?? false } : {}
  return {
    channel: letter.channel,
    ...content(message),
    ...reply,
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: EVENT_TYPE, event_payload: { key: letter.key } },
  }
}

function content(message: Message) {
  return { text: message.text, blocks: [...message.blocks], link_names: false, parse: 'none' as const }
}

async function edit(
  parts: OutboxParts,
  where: { channel: string; ts: string },
  draw: () => Promise<Message>,
  urgency: Urgency,
  signal: AbortSignal,
): Promise<Edited> {
  await parts.lanes.turn('edit', PACES.edit, urgency, signal)
  if (signal.aborted) return { kind: 'later', afterMs: 0, because: 'closing' }
  const called = await carry(parts, await draw(), message =>
    parts.client.chat.update({ ...where, ...content(message) }),
  )
  if (called.kind === 'ok') return { kind: 'done' }
  if (called.kind === 'limited') {
    parts.lanes.hold('edit', called.afterMs)
    return { kind: 'later', afterMs: called.afterMs, because: 'rate limited' }
  }
  if (called.kind === 'unclear') return { kind: 'later', afterMs: LOOK_AGAIN_MS, because: called.error }
  return GONE.has(called.error) ? { kind: 'gone', error: called.error } : refused(called.error)
}
