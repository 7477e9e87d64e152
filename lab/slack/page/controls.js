import { confirmed } from './confirm.js'
import { el } from './dom.js'
import { enter } from './inputs.js'
import { act } from './lab.js'
import { text } from './mrkdwn.js'

/** An element that acts at once: a button, or a select outside of a form. */
export function control(element, blockId, source) {
  if (element.type === 'button') return button(element, blockId, source)
  if (element.type === 'overflow') return overflow(element, blockId, source)
  const entry = enter(element, source)
  entry.node.addEventListener('change', () =>
    send('select', element, blockId, source, { value: entry.read() }, entry.node),
  )
  return entry.node
}

function button(element, blockId, source) {
  const node = el(
    'button',
    {
      type: 'button',
      class: element.style ?? '',
      'aria-label': element.accessibility_label,
      'data-action': element.action_id ?? blockId,
    },
    text(element.text),
  )
  node.addEventListener('click', async () => {
    if (element.confirm && !(await confirmed(element.confirm))) return
    if (element.url && /^https?:/.test(element.url)) window.open(element.url, '_blank', 'noopener')
    await send('click', element, blockId, source, {}, node)
  })
  return node
}

function overflow(element, blockId, source) {
  const options = element.options.map(option => el('option', { value: option.value }, text(option.text)))
  const node = el('select', { class: 'overflow', 'aria-label': 'More' }, el('option', { value: '' }, '⋯'), options)
  node.addEventListener('change', async () => {
    const value = node.value
    node.value = ''
    if (value && (!element.confirm || (await confirmed(element.confirm))))
      await send('select', element, blockId, source, { value }, node)
  })
  return node
}

async function send(name, element, blockId, source, more, node) {
  node.disabled = true
  node.setAttribute('aria-busy', 'true')
  const which = element.action_id ? { action_id: element.action_id, block_id: blockId } : { block_id: blockId }
  await act(name, { ...source, ...which, ...more })
  node.disabled = false
  node.removeAttribute('aria-busy')
}

/** An input block: label, element, hint and what the app found wrong. */
export function field(block, source) {
  const entry = enter(block.element, source, source.state?.[block.block_id])
  const error = source.errors?.[block.block_id]
  const label = [text(block.label), block.optional ? el('span', { class: 'muted' }, ' (optional)') : '']
  const notes = [
    block.hint ? el('p', { class: 'muted' }, text(block.hint)) : '',
    error ? el('p', { class: 'error', role: 'alert' }, error) : '',
  ]
  source.entries?.push({ blockId: block.block_id, read: entry.read })
  if (error) entry.node.setAttribute('aria-invalid', 'true')
  if (entry.node.tagName === 'FIELDSET') {
    entry.node.prepend(el('legend', {}, label))
    return [entry.node, notes]
  }
  if (!block.optional) entry.node.required = true
  return [el('label', {}, el('span', {}, label), entry.node), notes]
}
