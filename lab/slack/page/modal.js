import { blocks } from './blocks.js'
import { el } from './dom.js'
import { act } from './lab.js'

const dialog = document.getElementById('modal')
let shown

/** Shows the modal in front, if there is one; draws it again only when the app has changed it. */
export function showModal(view) {
  const print = view && JSON.stringify([view.id, view.hash, view.errors])
  if (print === shown) return
  shown = print
  if (!view) {
    dialog.close()
    return
  }
  draw(view)
  if (!dialog.open) dialog.showModal()
}

function draw(view) {
  const entries = []
  const { id: view_id, errors, state } = view
  const kept = Object.fromEntries(Object.entries(state).map(([block, actions]) => [block, actions]))
  const body = blocks(view.blocks, { view_id, errors, state: kept, entries })
  const general = errors[''] ? el('p', { class: 'error', role: 'alert' }, errors['']) : ''
  const close = el('button', { type: 'button', onclick: () => act('close_view', { view_id }) }, view.close || 'Close')
  const submit = view.submit ? el('button', { type: 'submit', class: 'primary' }, view.submit) : ''
  const form = el(
    'form',
    {},
    el('header', {}, el('h2', { id: 'modal-title' }, view.title)),
    general,
    el('div', { class: 'body' }, body),
    el('footer', {}, close, submit),
  )
  form.addEventListener('submit', async event => {
    event.preventDefault()
    submit.disabled = true
    await act('submit', { view_id, values: Object.fromEntries(entries.map(({ blockId, read }) => [blockId, read()])) })
    submit.disabled = false
  })
  dialog.replaceChildren(form)
}

/** Escape is the close button: the workspace decides what that means. */
dialog.addEventListener('cancel', event => {
  event.preventDefault()
  dialog.querySelector('footer button')?.click()
})
