import * as z from 'zod'
import { actionIdOf, interactiveIn, type Placed } from '../blocks/find.ts'
import { enteredValue, isEmpty, withValue } from '../input-values.ts'
import type { Lab } from '../lab.ts'
import type { InputState, Person, View } from '../store.ts'
import { changeView, MAX_STACK, replaceView, showView, stackOf, viewJson } from '../views.ts'
import { type Acked, acked, type Done, type Undone, undone } from './outcome.ts'
import { common } from './payloads.ts'
import { actor } from './who.ts'

export interface SubmitAsk {
  readonly user: string
  /** The modal in front unless given. */
  readonly view_id?: string | undefined
  /** By action_id, block_id or label: the text, the option's value or words, or several of them. */
  readonly values?: Readonly<Record<string, string | readonly string[]>> | undefined
}

export interface Submitted extends Acked {
  /** Whether this modal is gone from the screen. */
  readonly closed: boolean
  /** What the app found wrong, by block_id. */
  readonly errors: Readonly<Record<string, string>>
}

/** A person fills in a modal and presses its submit button. What is required and empty stops it before the app hears of it. */
export async function submit(lab: Lab, ask: SubmitAsk): Promise<Done<Submitted>> {
  const found = openView(lab, ask)
  if (!found.ok) return found
  const filled = fill(lab, found.view, ask.values ?? {})
  if (!filled.ok) return filled
  const view = changeView(lab, found.view, { state: filled.state, errors: {} })
  const empty = required(view)
  if (empty.length > 0) return undone('missing_values', `to be filled in: ${empty.join(', ')}`)
  lab.log.add({ kind: 'person', user: view.user, did: `submits "${view.title}"` })
  const delivery = await lab.sockets.deliver('interactive', submission(lab, found.person, view))
  if (!delivery.acked) {
    changeView(lab, view, { errors: { '': `We had some trouble connecting. Try again? (${delivery.error})` } })
    return undone(delivery.error)
  }
  return react(lab, view, acked(delivery))
}

export interface CloseAsk {
  readonly user: string
  readonly view_id?: string | undefined
}

/** A person cancels a modal; with `clear_on_close` the whole stack goes. The app hears of it when it asked to. */
export async function closeView(lab: Lab, ask: CloseAsk): Promise<Done> {
  const found = openView(lab, ask)
  if (!found.ok) return found
  const { person, view } = found
  const going = view.clear_on_close ? stackOf(lab, view.user) : [view]
  for (const each of going) changeView(lab, each, { open: false })
  if (!view.notify_on_close) return { ok: true }
  const payload = { ...common(person), type: 'view_closed', view: viewJson(view), is_cleared: view.clear_on_close }
  const delivery = await lab.sockets.deliver('interactive', payload)
  return delivery.acked ? { ok: true } : undone(delivery.error)
}

function openView(lab: Lab, ask: CloseAsk): Done<{ person: Person; view: View }> {
  const who = actor(lab, ask.user)
  if (!who.ok) return who
  const stack = stackOf(lab, who.person.id)
  const view = ask.view_id === undefined ? stack.at(-1) : stack.find(each => each.id === ask.view_id)
  return view
    ? { ok: true, person: who.person, view }
    : undone('view_not_found', `${who.person.name} has no such modal open`)
}

function fill(lab: Lab, view: View, values: NonNullable<SubmitAsk['values']>): Done<{ state: InputState }> {
  let state = view.state
  for (const [name, given] of Object.entries(values)) {
    const placed = interactiveIn(view.blocks).find(each => [actionIdOf(each), each.blockId, each.label].includes(name))
    if (!placed) return undone('no_such_input', `inputs: ${inputNames(view)}`)
    const suggested = lab.store.suggestions.get(`${view.id} ${actionIdOf(placed)}`)
    const value = enteredValue(placed.element, [given].flat(), suggested)
    if (!value) return undone('no_such_option', `"${[given].flat().join(', ')}" is not offered by "${placed.label}"`)
    state = withValue(state, placed, value)
  }
  return { ok: true, state }
}

function inputNames(view: View): string {
  return interactiveIn(view.blocks)
    .map(each => `"${each.label}" (${actionIdOf(each)})`)
    .join(', ')
}

function required(view: View): string[] {
  const missing = ({ blockId, ...placed }: Placed) => {
    const held = view.state[blockId]?.[actionIdOf({ blockId, ...placed })]
    return placed.isInput && !placed.optional && (!held || isEmpty(held))
  }
  return interactiveIn(view.blocks)
    .filter(missing)
    .map(placed => placed.label)
}

function submission(lab: Lab, person: Person, view: View): Record<string, unknown> {
  const trigger_id = lab.triggers.issue(person.id)
  return { ...common(person), type: 'view_submission', trigger_id, view: viewJson(view), response_urls: [] }
}

const Answer = z.discriminatedUnion('response_action', [
  z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
  z.object({ response_action: z.literal('update'), view: z.unknown() }),
  z.object({ response_action: z.literal('push'), view: z.unknown() }),
  z.object({ response_action: z.literal('clear') }),
])

/** What the app's answer to a submission does to the screen. */
function react(lab: Lab, view: View, given: Acked): Done<Submitted> {
  const closes = { ok: true, ...given, closed: true, errors: {} } as const
  if (given.ack['response_action'] === undefined) {
    changeView(lab, view, { open: false })
    return closes
  }
  const answer = Answer.safeParse(given.ack)
  if (!answer.success) return trouble(lab, view, 'invalid_response_action')
  if (answer.data.response_action === 'clear') {
    for (const each of stackOf(lab, view.user)) changeView(lab, each, { open: false })
    return closes
  }
  const stays = { ...closes, closed: false }
  if (answer.data.response_action === 'errors') return showErrors(lab, view, answer.data.errors, stays)
  if (answer.data.response_action === 'push' && stackOf(lab, view.user).length >= MAX_STACK)
    return trouble(lab, view, 'push_limit_reached')
  const shown =
    answer.data.response_action === 'update'
      ? replaceView(lab, view, answer.data.view)
      : showView(lab, view.user, answer.data.view, view)
  return shown.ok
    ? stays
    : trouble(lab, view, `${shown.error} ${shown.response_metadata?.messages.join(' ') ?? ''}`.trim())
}

function showErrors(
  lab: Lab,
  view: View,
  errors: Readonly<Record<string, string>>,
  stays: Submitted & { ok: true },
): Done<Submitted> {
  const inputs = interactiveIn(view.blocks)
    .filter(each => each.isInput)
    .map(each => each.blockId)
  const stray = Object.keys(errors).filter(blockId => !inputs.includes(blockId))
  if (stray.length > 0)
    return trouble(lab, view, `errors for ${stray.join(', ')}, which are not input blocks of this view`)
  changeView(lab, view, { errors })
  return { ...stays, errors }
}

/** Slack shows one sentence whatever an app got wrong here; the reason stands beside it, for the one who writes the app. */
function trouble(lab: Lab, view: View, why: string): Undone {
  changeView(lab, view, { errors: { '': `We had some trouble connecting. Try again? (${why})` } })
  return undone('invalid_response', why)
}
