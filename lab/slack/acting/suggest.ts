import * as z from 'zod'
import { Option, OptionGroup } from '../blocks/composition.ts'
import type { Lab } from '../lab.ts'
import { findMessage, messageJson } from '../messages.ts'
import type { Person } from '../store.ts'
import { viewJson } from '../views.ts'
import { findElement } from './elements.ts'
import { type Done, undone } from './outcome.ts'
import { common } from './payloads.ts'
import { actor, sees } from './who.ts'

export interface SuggestAsk {
  readonly user: string
  readonly view_id?: string | undefined
  readonly channel?: string | undefined
  readonly message_ts?: string | undefined
  readonly action_id: string
  /** What has been typed into the select so far. */
  readonly value: string
}

const Suggested = z.union([
  z.object({ options: z.array(Option).max(100) }),
  z
    .object({ option_groups: z.array(OptionGroup).max(100) })
    .transform(each => ({ options: each.option_groups.flatMap(group => group.options) })),
])

/** A person types into a select whose options the app supplies (`block_suggestion`); they can be chosen afterwards. */
export async function suggest(lab: Lab, ask: SuggestAsk): Promise<Done<{ options: readonly Option[] }>> {
  const who = actor(lab, ask.user)
  if (!who.ok) return who
  const source = sourceOf(lab, who.person, ask)
  const placed = source && findElement(source.blocks, { user: ask.user, action_id: ask.action_id })
  if (placed?.element.type !== 'external_select')
    return undone('no_such_element', `no external select ${ask.action_id} there`)
  const { action_id, value } = ask
  const payload = {
    ...common(who.person),
    ...source?.payload,
    type: 'block_suggestion',
    action_id,
    block_id: placed.blockId,
    value,
  }
  const delivery = await lab.sockets.deliver('interactive', payload)
  if (!delivery.acked) return undone(delivery.error)
  const suggested = Suggested.safeParse(delivery.payload)
  if (!suggested.success) return undone('invalid_options', suggested.error.message)
  lab.store.suggestions.set(`${source?.key} ${action_id}`, suggested.data.options)
  return { ok: true, options: suggested.data.options }
}

function sourceOf(lab: Lab, person: Person, ask: SuggestAsk) {
  const view = lab.store.views.get(ask.view_id ?? '')
  if (view?.open && view.user === person.id) {
    return {
      key: view.id,
      blocks: view.blocks,
      payload: { container: { type: 'view', view_id: view.id }, view: viewJson(view) },
    }
  }
  const message = findMessage(lab, ask.channel ?? '', ask.message_ts ?? '')
  if (!message || !sees(message, person.id)) return undefined
  const container = {
    type: 'message',
    message_ts: message.ts,
    channel_id: message.channel,
    is_ephemeral: message.onlyFor !== undefined,
  }
  return { key: message.ts, blocks: message.blocks, payload: { container, message: messageJson(lab, message) } }
}
