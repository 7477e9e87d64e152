import { blocks } from './blocks.js'
import { clockTime, el, reconcile } from './dom.js'
import { emoji } from './emoji.js'
import { personName, view } from './lab.js'
import { mrkdwn } from './mrkdwn.js'

/** Draws messages into a list and keeps the newest in sight, unless the person has scrolled up. */
export function showMessages(list, messages, { openThread } = {}) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80
  const replies = ts => messages.filter(each => each.thread_ts === ts && each.ts !== ts).length
  const items = messages
    .filter(message => !openThread || !message.thread_ts || message.broadcast || message.thread_ts === message.ts)
    .map(message => ({ ...message, replies: openThread ? replies(message.ts) : 0 }))
  reconcile(
    list,
    items,
    message => message.ts,
    message => draw(message, openThread),
  )
  if (atEnd) list.scrollTop = list.scrollHeight
}

function draw(message, openThread) {
  const { channel, ts, name, bot, ephemeral, edited, user } = message
  const source = { channel, message_ts: ts }
  const body =
    message.blocks.length > 0 ? blocks(message.blocks, source) : el('div', { class: 'block' }, mrkdwn(message.text))
  return el(
    'article',
    {
      class: ephemeral ? 'message private' : 'message',
      'data-testid': 'message',
      'data-ts': ts,
      'aria-label': `${name} at ${clockTime(ts)}`,
    },
    el(
      'span',
      { class: `avatar of-${user.toLowerCase()}`, 'aria-hidden': 'true' },
      user === 'USLACKBOT' ? 'S' : bot ? 'ha' : name[0],
    ),
    el(
      'div',
      { class: 'content' },
      ephemeral ? el('p', { class: 'only' }, 'Only visible to you') : '',
      el(
        'p',
        { class: 'by' },
        el('strong', {}, name),
        bot ? el('span', { class: 'tag' }, 'APP') : '',
        el('time', {}, clockTime(ts)),
      ),
      body,
      edited ? el('small', { class: 'muted' }, '(edited)') : '',
      message.files.map(file),
      reactions(message),
      openThread && !ephemeral ? threadButton(message, openThread) : '',
    ),
  )
}

function threadButton({ ts, replies }, openThread) {
  const words = replies === 0 ? 'Reply in thread' : replies === 1 ? '1 reply' : `${replies} replies`
  return el(
    'button',
    { type: 'button', class: replies === 0 ? 'quiet reply' : 'quiet replies', onclick: () => openThread(ts) },
    words,
  )
}

function reactions(message) {
  if (message.reactions.length === 0) return ''
  return el(
    'p',
    { class: 'muted' },
    message.reactions.map(({ name, users }) => `${emoji(name) ?? `:${name}:`} ${users.map(personName).join(', ')} `),
  )
}

function file({ id, name, title, size, preview }) {
  const address = `/_sim/file/${encodeURIComponent(id)}`
  return el(
    'div',
    { class: 'file', 'data-testid': 'file' },
    el('p', {}, el('strong', {}, title || name), el('span', { class: 'muted' }, ` ${name} · ${bytes(size)}`)),
    preview ? el('pre', { tabIndex: 0, 'aria-label': `Beginning of ${name}` }, preview) : '',
    el(
      'p',
      { class: 'links' },
      el('a', { href: address, target: '_blank', rel: 'noopener' }, 'Open'),
      el('a', { href: `${address}?save=1`, download: name }, 'Download'),
    ),
  )
}

function bytes(size) {
  if (size < 1024) return `${size} B`
  return size < 1_048_576 ? `${Math.round(size / 1024)} kB` : `${(size / 1_048_576).toFixed(1)} MB`
}

/** The newest thing each conversation holds for this person, to mark what they have not seen. */
export function newestIn(channel) {
  return view.screen.messages.filter(message => message.channel === channel).at(-1)?.ts ?? ''
}
