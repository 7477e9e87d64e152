import { control, field } from './controls.js'
import { el } from './dom.js'
import { mrkdwn, text } from './mrkdwn.js'
import { richText } from './rich-text.js'

/** Blocks as nodes. `source` says where they stand (`{channel, message_ts}` or `{view_id}`), for what a person does in them. */
export function blocks(list, source) {
  return list.map(block =>
    el('div', { class: 'block', 'data-type': block.type, 'data-block': block.block_id }, render(block, source)),
  )
}

const RENDER = {
  header: block => el('h3', {}, text(block.text)),
  divider: () => el('hr'),
  section,
  context: block =>
    el(
      'div',
      { class: 'context' },
      block.elements.map(element => (element.type === 'image' ? image(element) : el('span', {}, text(element)))),
    ),
  actions: (block, source) =>
    el(
      'div',
      { class: 'actions' },
      block.elements.map(element => control(element, block.block_id, source)),
    ),
  input: (block, source) => field(block, source),
  image: block => [block.title ? el('p', { class: 'muted' }, text(block.title)) : '', image(block)],
  markdown: block => mrkdwn(block.text.replaceAll(/\*\*(.+?)\*\*/g, '*$1*').replaceAll(/^#+ (.*)$/gm, '*$1*')),
  rich_text: richText,
  alert: block => el('p', { class: `callout ${block.level ?? 'default'}`, role: 'note' }, text(block.text)),
  plan: block => [
    el('h3', {}, block.title),
    el(
      'ul',
      { class: 'tasks' },
      (block.tasks ?? []).map(task => el('li', {}, taskCard(task))),
    ),
  ],
  task_card: taskCard,
  table: block => table(block.rows),
  data_table: block => [el('p', { class: 'muted' }, block.caption), table(block.rows)],
  container,
}

function render(block, source) {
  return RENDER[block.type]?.(block, source) ?? el('em', { class: 'muted' }, `a ${block.type} block`)
}

function section(block, source) {
  const fields = (block.fields ?? []).map(each => el('div', {}, text(each)))
  const body = [
    block.text ? el('div', {}, text(block.text)) : '',
    fields.length > 0 ? el('div', { class: 'fields' }, fields) : '',
  ]
  const { accessory } = block
  if (!accessory) return body
  const beside = accessory.type === 'image' ? image(accessory) : control(accessory, block.block_id, source)
  return el('div', { class: 'beside' }, el('div', {}, body), beside)
}

/** Pictures from elsewhere are not fetched: this page speaks to its own workspace only. */
function image(element) {
  return el('span', { class: 'image', role: 'img', 'aria-label': element.alt_text }, `🖼 ${element.alt_text}`)
}

const TASK = {
  pending: ['·', 'to do'],
  in_progress: ['◌', 'in progress'],
  complete: ['✓', 'done'],
  error: ['✗', 'failed'],
}

function taskCard(task) {
  const [mark, word] = TASK[task.status]
  const sources = (task.sources ?? []).map(source =>
    el('a', { href: source.url, target: '_blank', rel: 'noopener noreferrer' }, source.text),
  )
  const more = [task.details, task.output].filter(Boolean).map(richText)
  return el(
    'div',
    { class: `task ${task.status}` },
    el('span', { class: 'mark', title: word, 'aria-label': word }, mark),
    el('div', {}, task.title, more, sources),
  )
}

function table(rows) {
  const cells = (row, tag) => row.map(cell => el(tag, {}, cell.type === 'rich_text' ? richText(cell) : cell.text))
  const [head = [], ...body] = rows
  return el(
    'div',
    { class: 'scroll', tabIndex: 0 },
    el(
      'table',
      {},
      el('thead', {}, el('tr', {}, cells(head, 'th'))),
      el(
        'tbody',
        {},
        body.map(row => el('tr', {}, cells(row, 'td'))),
      ),
    ),
  )
}

function container(block, source) {
  const inside = blocks(block.child_blocks, source)
  const title = block.title ? text(block.title) : ''
  const subtitle = block.subtitle ? el('span', { class: 'muted' }, ' ', text(block.subtitle)) : ''
  if (!block.is_collapsible) return [title || subtitle ? el('h4', {}, title, subtitle) : '', inside]
  return el('details', { open: !block.default_collapsed }, el('summary', {}, title, subtitle), inside)
}
