import { el } from './dom.js'
import { act, view } from './lab.js'

/** A message box: Enter sends, Shift+Enter makes a new line, arrow up brings back what was sent before. */
export function composer(form, id, threadOf) {
  const sent = []
  let back = 0
  const box = el('textarea', { id, rows: 1, autocomplete: 'off', spellcheck: false, 'data-testid': `${form.id}-text` })
  const button = el('button', { type: 'submit', class: 'primary' }, 'Send')
  form.append(el('label', { class: 'hidden', htmlFor: id }, 'Message'), box, button)

  async function send() {
    const text = box.value.trim()
    if (text === '') return
    sent.push(text)
    back = 0
    box.value = ''
    await act('say', { channel: view.channel, text, ...threadOf() })
  }

  function recall(step) {
    const next = back + step
    if (next < 0 || next > sent.length) return
    back = next
    box.value = sent.at(-back) && back > 0 ? sent.at(-back) : ''
  }

  box.addEventListener('keydown', event => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault()
      form.requestSubmit()
    }
    if (event.key === 'ArrowUp' && (box.value === '' || back > 0)) recall(1)
    if (event.key === 'ArrowDown' && back > 0) recall(-1)
  })
  form.addEventListener('submit', event => {
    event.preventDefault()
    send()
  })
  return { name: words => box.setAttribute('placeholder', words), focus: () => box.focus() }
}
