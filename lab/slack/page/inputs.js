import { el } from './dom.js'
import { act, view } from './lab.js'
import { text } from './mrkdwn.js'

/** What a person enters with: the node, and how to read it. `held` is what the workspace remembers for it. */
export function enter(element, source, held) {
  const value = Object.values(held ?? {})[0]
  const make = ENTER[element.type]
  return make(element, value, source)
}

const ENTER = {
  plain_text_input: textInput,
  number_input: (element, value) => typed(element, value, 'text', { inputMode: 'decimal' }),
  email_text_input: (element, value) => typed(element, value, 'email'),
  url_text_input: (element, value) => typed(element, value, 'url'),
  datepicker: (element, value) => typed(element, { value: value?.selected_date ?? element.initial_date }, 'date'),
  timepicker: (element, value) => typed(element, { value: value?.selected_time ?? element.initial_time }, 'time'),
  static_select: (element, value) =>
    choose(element, optionNodes(element), [value?.selected_option ?? element.initial_option]),
  multi_static_select: (element, value) =>
    choose(element, optionNodes(element), value?.selected_options ?? element.initial_options ?? [], true),
  users_select: (element, value) =>
    choose(element, people(), [{ value: value?.selected_user ?? element.initial_user }]),
  multi_users_select: (element, value) =>
    choose(
      element,
      people(),
      (value?.selected_users ?? []).map(id => ({ value: id })),
      true,
    ),
  channels_select: (element, value) => choose(element, channels(), [{ value: value?.selected_channel }]),
  conversations_select: (element, value) => choose(element, channels(), [{ value: value?.selected_conversation }]),
  external_select: external,
  radio_buttons: (element, value) => ticks(element, 'radio', [value?.selected_option ?? element.initial_option]),
  checkboxes: (element, value) => ticks(element, 'checkbox', value?.selected_options ?? element.initial_options ?? []),
}

function textInput(element, held) {
  if (!element.multiline) return typed(element, held, 'text')
  const node = el('textarea', { rows: 3, ...limits(element), value: held?.value ?? element.initial_value ?? '' })
  return { node, read: () => node.value }
}

function typed(element, held, type, more = {}) {
  const node = el('input', {
    type,
    autocomplete: 'off',
    ...limits(element),
    ...more,
    value: held?.value ?? element.initial_value ?? '',
  })
  return { node, read: () => node.value }
}

function limits({ placeholder, max_length, min_length, focus_on_load }) {
  return {
    placeholder: placeholder?.text ?? '',
    maxLength: max_length ?? 3000,
    minLength: min_length ?? 0,
    autofocus: focus_on_load ?? false,
  }
}

function choose(element, options, held, multiple = false) {
  const none = multiple ? [] : [el('option', { value: '' }, element.placeholder?.text ?? 'Choose…')]
  const node = el(
    'select',
    {
      multiple,
      'aria-label': element.placeholder?.text ?? element.action_id ?? 'Choose',
      'data-action': element.action_id,
    },
    none,
    options,
  )
  const wanted = held.filter(Boolean).map(option => option.value)
  for (const option of node.options) option.selected = option.value !== '' && wanted.includes(option.value)
  if (!multiple && node.selectedIndex < 0) node.selectedIndex = 0
  return { node, read: () => (multiple ? [...node.selectedOptions].map(option => option.value) : node.value) }
}

function optionNodes(element) {
  const one = option => el('option', { value: option.value ?? option.text.text }, text(option.text))
  const groups = (element.option_groups ?? []).map(group =>
    el('optgroup', { label: group.label.text }, group.options.map(one)),
  )
  return [...(element.options ?? []).map(one), ...groups]
}

function people() {
  return view.screen.people
    .filter(person => !person.flags.deleted)
    .map(person => el('option', { value: person.id }, person.name))
}

function channels() {
  return view.screen.channels.map(channel => el('option', { value: channel.id }, channel.name))
}

let lists = 0

/** A select whose options the app suggests while the person types. */
function external(element, held, source) {
  lists += 1
  const list = el('datalist', { id: `suggestions-${lists}` })
  const node = el('input', {
    type: 'text',
    autocomplete: 'off',
    placeholder: element.placeholder?.text ?? 'Type to search',
    value: held?.selected_option?.text.text ?? '',
  })
  node.setAttribute('list', list.id)
  node.addEventListener('input', async () => {
    if (node.value.length < (element.min_query_length ?? 3)) return
    const { channel, message_ts, view_id } = source
    const done = await act('suggest', { channel, message_ts, view_id, action_id: element.action_id, value: node.value })
    if (done.ok) list.replaceChildren(...done.options.map(option => el('option', { value: option.text.text })))
  })
  node.addEventListener('focus', () => node.after(list), { once: true })
  return { node, read: () => node.value }
}

function ticks(element, type, held) {
  lists += 1
  const wanted = held.filter(Boolean).map(option => option.value)
  const inputs = element.options.map(option =>
    el('input', { type, name: `ticks-${lists}`, value: option.value, checked: wanted.includes(option.value) }),
  )
  const rows = element.options.map((option, index) =>
    el(
      'label',
      { class: 'tick' },
      inputs[index],
      el(
        'span',
        {},
        text(option.text),
        option.description ? el('small', { class: 'muted' }, text(option.description)) : '',
      ),
    ),
  )
  const read = () => inputs.filter(input => input.checked).map(input => input.value)
  return { node: el('fieldset', {}, rows), read }
}
