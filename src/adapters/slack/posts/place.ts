import type { RunState } from '../../../runs/state.ts'
import { call } from '../calls.ts'
import type { DeliveryParts } from './delivery.ts'
import { PlaceRow, readRow, rowKey, writeRow } from './store.ts'

/** Slack's words for "the bot may not write here", as far as nothing but an invitation helps. */
const NOT_HERE = new Set([
  'not_in_channel',
  'channel_not_found',
  'is_archived',
  'restricted_action',
  'restricted_action_read_only_channel',
  'posting_to_channel_denied',
])

export function mayNotWrite(error: string): boolean {
  return NOT_HERE.has(error)
}

/** Where a run belongs: the channel it was asked in, else the channel of its cluster; undefined when it has none in Slack. */
export async function placeOf(parts: DeliveryParts, state: RunState): Promise<PlaceRow | undefined> {
  const moved = await readRow(parts.store, rowKey(state.run, 'place'), PlaceRow)
  if (moved) return moved
  const cluster = state.plan?.cluster ?? state.request.cluster
  const channel = state.speaker.channel ?? Object.entries(parts.channels).find(([, name]) => name === cluster)?.[0]
  return channel ? { channel, stranded: false } : undefined
}

/** Moves a run that cannot be shown where it was asked to a conversation with its asker; undefined when there is none. */
export async function strand(parts: DeliveryParts, state: RunState): Promise<PlaceRow | undefined> {
  const user = state.speaker.slackUser
  if (!user) return undefined
  const opened = await call(() => parts.client.conversations.open({ users: user }))
  const channel = opened.kind === 'ok' ? opened.value.channel?.id : undefined
  if (!channel) return undefined
  const place: PlaceRow = { channel, stranded: true }
  await writeRow(parts.store, rowKey(state.run, 'place'), place)
  return place
}
