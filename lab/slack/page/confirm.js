import { el } from './dom.js'
import { text } from './mrkdwn.js'

/** Shows the confirmation of a button and waits for the person: true when they agree. */
export function confirmed(confirm) {
  const dialog = document.getElementById('confirm')
  const { title, text: words, confirm: yes, deny: no, style } = confirm
  dialog.replaceChildren(
    el(
      'form',
      { method: 'dialog' },
      el('h2', { id: 'confirm-title' }, title ? text(title) : 'Are you sure?'),
      el('p', {}, text(words)),
      el(
        'footer',
        {},
        el('button', { value: 'no', type: 'submit', autofocus: true }, no ? text(no) : 'Cancel'),
        el('button', { value: 'yes', type: 'submit', class: style ?? 'primary' }, yes ? text(yes) : 'Yes'),
      ),
    ),
  )
  dialog.returnValue = 'no'
  dialog.showModal()
  return new Promise(resolve =>
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }),
  )
}
