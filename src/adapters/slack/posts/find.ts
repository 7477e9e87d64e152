import type { WebClient } from '@slack/web-api'
import { type Called, call } from '../calls.ts'

export const EVENT_TYPE = 'ha_bot'

/** Slack's clock and ours may differ by this much. */
const CLOCKS_DIFFER_MS = 5 * 60_000
const PAGES = 10

interface Found {
  readonly ts: string
}

interface Seen {
  readonly ts?: string
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: object }
  readonly files?: readonly { readonly id?: string }[]
}

/**
 * Looks for something of ours in a channel, or in a thread, that was sent at `since` (ms) or later: the answer to "did it arrive?"
 * after a lost response. Needs the history scopes; needs no more than ten pages.
 */
export async function find(
  client: WebClient,
  where: { readonly channel: string; readonly thread?: string },
  since: number,
  isIt: (message: Seen) => boolean,
): Promise<Called<Found | undefined>> {
  const oldest = String((since - CLOCKS_DIFFER_MS) / 1000)
  let cursor = ''
  for (let page = 0; page < PAGES; page += 1) {
    const paging = { oldest, limit: 200, include_all_metadata: true as const, ...(cursor ? { cursor } : {}) }
    const called = await call(() =>
      where.thread
        ? client.conversations.replies({ channel: where.channel, ts: where.thread, ...paging })
        : client.conversations.history({ channel: where.channel, ...paging }),
    )
    if (called.kind !== 'ok') return called
    const found = (called.value.messages ?? []).find(isIt)
    if (found?.ts) return { kind: 'ok', value: { ts: found.ts } }
    cursor = called.value.response_metadata?.next_cursor ?? ''
    if (!cursor) break
  }
  return { kind: 'ok', value: undefined }
}

/** Whether a message carries this outbox key. */
export function keyed(key: string): (message: Seen) => boolean {
  return ({ metadata }) =>
    metadata?.event_type === EVENT_TYPE &&
    Object.entries(metadata.event_payload ?? {}).some(([name, value]) => name === 'key' && value === key)
}
