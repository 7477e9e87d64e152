import { el, safeUrl } from './dom.js'
import { emoji } from './emoji.js'
import { personName, view } from './lab.js'
import { channelName, groupHandle, mention } from './mrkdwn.js'

/** A `rich_text` block. Its text is shown as it is: no markup, no entities. */
export function richText(block) {
  return el('div', { class: 'rich' }, block.elements.map(part))
}

function part(element) {
  if (element.type === 'rich_text_preformatted') return el('pre', { tabIndex: 0 }, element.elements.map(inline))
  if (element.type === 'rich_text_quote') return el('blockquote', {}, element.elements.map(inline))
  if (element.type === 'rich_text_list') {
    const items = element.elements.map(item => el('li', {}, item.elements.map(inline)))
    return el(element.style === 'ordered' ? 'ol' : 'ul', { class: `indent-${element.indent ?? 0}` }, items)
  }
  return el('p', {}, element.elements.map(inline))
}

const STYLES = { bold: 'strong', italic: 'em', strike: 's', code: 'code', underline: 'u' }

function inline(element) {
  return Object.entries(STYLES)
    .filter(([style]) => element.style?.[style])
    .reduce((node, [, tag]) => el(tag, {}, node), bare(element))
}

function bare(element) {
  switch (element.type) {
    case 'link': {
      const href = safeUrl(element.url)
      return href
        ? el('a', { href, target: '_blank', rel: 'noopener noreferrer' }, element.text ?? element.url)
        : (element.text ?? element.url)
    }
    case 'user':
      return mention(`@${personName(element.user_id)}`, element.user_id === view.user)
    case 'usergroup':
      return mention(`@${groupHandle(element.usergroup_id) ?? element.usergroup_id}`)
    case 'channel':
      return mention(`#${channelName(element.channel_id)}`)
    case 'broadcast':
      return mention(`@${element.range}`)
    case 'emoji':
      return emoji(element.name) ?? `:${element.name}:`
    case 'date':
      return element.fallback ?? new Date(element.timestamp * 1000).toLocaleString()
    default:
      return element.text
  }
}
