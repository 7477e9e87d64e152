import type { Option } from './blocks/composition.ts'
import type { InteractiveElement } from './blocks/elements.ts'
import { actionIdOf, interactiveIn, type Placed } from './blocks/find.ts'
import type { Block } from './blocks/schema.ts'
import type { InputState, InputValue } from './store.ts'

/** What the inputs hold when a view is first shown; values of inputs that stay (same block and action) are kept. */
export function initialState(blocks: readonly Block[], before: InputState = {}): InputState {
  return interactiveIn(blocks).reduce<InputState>((state, placed) => {
    const kept = before[placed.blockId]?.[actionIdOf(placed)]
    const value = kept ?? initialValue(placed.element)
    return value ? withValue(state, placed, value) : state
  }, {})
}

export function withValue(state: InputState, placed: Placed, value: InputValue): InputState {
  const { blockId } = placed
  return { ...state, [blockId]: { ...state[blockId], [actionIdOf(placed)]: value } }
}

function initialValue(element: InteractiveElement): InputValue | undefined {
  const { type } = element
  switch (element.type) {
    case 'button':
    case 'overflow':
      return undefined
    case 'plain_text_input':
    case 'number_input':
    case 'email_text_input':
    case 'url_text_input':
      return { type, value: element.initial_value ?? null }
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return { type, selected_option: element.initial_option ?? null }
    case 'multi_static_select':
    case 'checkboxes':
      return { type, selected_options: element.initial_options ?? [] }
    case 'users_select':
      return { type, selected_user: element.initial_user ?? null }
    case 'multi_users_select':
      return { type, selected_users: element.initial_users ?? [] }
    case 'channels_select':
      return { type, selected_channel: element.initial_channel ?? null }
    case 'conversations_select':
      return { type, selected_conversation: element.initial_conversation ?? null }
    case 'datepicker':
      return { type, selected_date: element.initial_date ?? null }
    case 'timepicker':
      return { type, selected_time: element.initial_time ?? null }
  }
}

/** The value an element takes when a person enters `given`; undefined when it has no such option. */
export function enteredValue(
  element: InteractiveElement,
  given: readonly string[],
  suggested: readonly Option[] = [],
): InputValue | undefined {
  const { type } = element
  const first = given[0] || null
  switch (element.type) {
    case 'button':
      return { type }
    case 'plain_text_input':
    case 'number_input':
    case 'email_text_input':
    case 'url_text_input':
      return { type, value: first }
    case 'users_select':
      return { type, selected_user: first }
    case 'multi_users_select':
      return { type, selected_users: given }
    case 'channels_select':
      return { type, selected_channel: first }
    case 'conversations_select':
      return { type, selected_conversation: first }
    case 'datepicker':
      return { type, selected_date: first }
    case 'timepicker':
      return { type, selected_time: first }
    case 'multi_static_select':
    case 'checkboxes':
      return chosen(type, optionsOf(element, suggested), given, 'selected_options')
    default:
      return chosen(type, optionsOf(element, suggested), given.slice(0, 1), 'selected_option')
  }
}

/** Options are chosen by their value or by the words a person sees. */
function chosen(
  type: string,
  options: readonly Option[],
  given: readonly string[],
  key: string,
): InputValue | undefined {
  const found = given
    .filter(Boolean)
    .map(wanted => options.find(({ value, text }) => value === wanted || text.text === wanted))
  if (found.some(option => option === undefined)) return undefined
  return { type, [key]: key === 'selected_options' ? found : (found[0] ?? null) }
}

function optionsOf(element: InteractiveElement, suggested: readonly Option[] = []): readonly Option[] {
  if (element.type === 'external_select') return suggested
  const direct = 'options' in element ? (element.options ?? []) : []
  const grouped = 'option_groups' in element ? (element.option_groups ?? []).flatMap(group => group.options) : []
  return [...direct, ...grouped]
}

/** Whether a person has entered nothing. */
export function isEmpty({ type: _type, ...held }: InputValue): boolean {
  return Object.values(held).every(value => value === null || (Array.isArray(value) && value.length === 0))
}
