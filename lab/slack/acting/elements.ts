import { actionIdOf, interactiveIn, type Placed } from '../blocks/find.ts'
import type { Block } from '../blocks/schema.ts'
import { enteredValue, initialState, withValue } from '../input-values.ts'
import type { Lab } from '../lab.ts'
import { findMessage, whisper } from '../messages.ts'
import type { Channel, InputState, InputValue, Message, Person, View } from '../store.ts'
import { changeView } from '../views.ts'
import { type Acked, acked, type Done, undone } from './outcome.ts'
import { actionOf, messageAction, viewAction } from './payloads.ts'
import { actor, actorIn, sees } from './who.ts'

/** Which element: in a message (`channel`, `message_ts`) or in a view (`view_id`), by its action_id or by the words on it. */
export interface ElementAsk {
  readonly user: string
  readonly channel?: string | undefined
  readonly message_ts?: string | undefined
  readonly view_id?: string | undefined
  readonly action_id?: string | undefined
  readonly block_id?: string | undefined
  readonly button?: string | undefined
}

export interface SelectAsk extends ElementAsk {
  /** Option values or the words of options; users by id. */
  readonly value: string | readonly string[]
}

/** A person presses a button (its confirmation, if it has one, counts as given). */
export async function click(lab: Lab, ask: ElementAsk): Promise<Done<Acked>> {
  return await act(lab, ask, [])
}

/** A person chooses in a select, an overflow menu, radio buttons or checkboxes outside an input block. */
export async function select(lab: Lab, ask: SelectAsk): Promise<Done<Acked>> {
  return await act(lab, ask, [ask.value].flat())
}

async function act(lab: Lab, ask: ElementAsk, given: readonly string[]): Promise<Done<Acked>> {
  const source = ask.view_id === undefined ? inMessage(lab, ask) : inView(lab, ask, ask.view_id)
  if (!source.ok) return source
  const placed = findElement(source.blocks, ask)
  if (!placed) return undone('no_such_element', `there is: ${describe(source.blocks)}`)
  const value = enteredValue(placed.element, given, lab.store.suggestions.get(`${source.key} ${actionIdOf(placed)}`))
  if (!value) return undone('no_such_option', `${given.join(', ')} is not offered`)
  lab.log.add({
    kind: 'person',
    user: source.person.id,
    did: `${placed.label || actionIdOf(placed)} ${given.join(' ')}`.trim(),
  })
  const delivery = await lab.sockets.deliver('interactive', source.payload(placed, value))
  if (delivery.acked) return { ok: true, ...acked(delivery) }
  source.unanswered(`ha-bot didn't respond to "${placed.label}" (${delivery.error}).`)
  return undone(delivery.error)
}

/** Where an element stands, how its payload is made, and how the person learns that nobody answered. */
interface Source {
  readonly person: Person
  readonly key: string
  readonly blocks: readonly Block[]
  payload(placed: Placed, value: InputValue): Record<string, unknown>
  unanswered(words: string): void
}

function inMessage(lab: Lab, ask: ElementAsk): Done<Source> {
  const where = actorIn(lab, ask.user, ask.channel)
  if (!where.ok) return where
  const { person, place } = where
  const message = findMessage(lab, place.id, ask.message_ts ?? '')
  if (!message || !sees(message, person.id))
    return undone('message_not_found', `${person.name} sees no message ${ask.message_ts}`)
  return {
    ok: true,
    person,
    key: message.ts,
    blocks: message.blocks,
    payload: (placed, value) => messagePayload(lab, person, place, message, placed, value),
    unanswered: words => void whisper(lab, place.id, person.id, words),
  }
}

function messagePayload(lab: Lab, person: Person, place: Channel, message: Message, placed: Placed, value: InputValue) {
  const key = `${person.id} ${message.channel} ${message.ts}`
  const before = lab.store.choices.get(key) ?? initialState(message.blocks)
  const state = remembered(before, placed, value)
  lab.store.choices.set(key, state)
  return { ...messageAction(lab, person, place, message, state), actions: [action(lab, placed, value)] }
}

function inView(lab: Lab, ask: ElementAsk, viewId: string): Done<Source> {
  const who = actor(lab, ask.user)
  if (!who.ok) return who
  const { person } = who
  const view = lab.store.views.get(viewId)
  if (!view?.open || view.user !== person.id) return undone('view_not_found', `${person.name} has no view ${viewId}`)
  return {
    ok: true,
    person,
    key: view.id,
    blocks: view.blocks,
    payload: (placed, value) => viewPayload(lab, person, view, placed, value),
    unanswered: words => void changeView(lab, view, { errors: { '': words } }),
  }
}

function viewPayload(lab: Lab, person: Person, view: View, placed: Placed, value: InputValue) {
  const changed = changeView(lab, view, { state: remembered(view.state, placed, value) })
  return { ...viewAction(lab, person, changed), actions: [action(lab, placed, value)] }
}

/** Buttons and overflow menus hold nothing afterwards. */
function remembered(state: InputState, placed: Placed, value: InputValue): InputState {
  return ['button', 'overflow'].includes(placed.element.type) ? state : withValue(state, placed, value)
}

function action(lab: Lab, placed: Placed, value: InputValue): Record<string, unknown> {
  const { element } = placed
  const button =
    element.type === 'button'
      ? { text: element.text, ...(element.value !== undefined && { value: element.value }) }
      : {}
  return actionOf(lab, actionIdOf(placed), placed.blockId, value, button)
}

/** The element a person means; the words on a button must be the whole words. */
export function findElement(blocks: readonly Block[], ask: ElementAsk): Placed | undefined {
  return interactiveIn(blocks).find(
    placed =>
      (ask.action_id === undefined || actionIdOf(placed) === ask.action_id) &&
      (ask.block_id === undefined || placed.blockId === ask.block_id) &&
      (ask.button === undefined || placed.label === ask.button) &&
      (ask.action_id ?? ask.button ?? ask.block_id) !== undefined,
  )
}

export function describe(blocks: readonly Block[]): string {
  const found = interactiveIn(blocks).map(placed => `"${placed.label}" (${actionIdOf(placed)})`)
  return found.join(', ') || 'nothing to act on'
}
