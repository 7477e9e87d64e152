import { el, safeUrl } from './dom.js'
import { emoji } from './emoji.js'
import { personName, view } from './lab.js'

/** Slack's mrkdwn as nodes. Everything that is not markup stays text. */
export function mrkdwn(text) {
  const parts = text.split(/```\n?([\s\S]*?)```/)
  return parts.flatMap((part, index) => (index % 2 === 1 ? el('pre', {}, plain(part)) : lines(part)))
}

/** A text object; plain text may hold emoji names and nothing else. */
export function text(object) {
  if (object.type === 'mrkdwn') return mrkdwn(object.text)
  return plain(object.text).replace(/:([a-z0-9_+-]+):/g, (typed, name) =>
    object.emoji === false ? typed : (emoji(name) ?? typed),
  )
}

/** Text as Slack writes it on the wire, without markup: only the three entities mean something. */
export function plain(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/** Consecutive lines that start with `>` become one quote. */
function lines(text) {
  const nodes = []
  for (const [index, line] of text.split('\n').entries()) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line)
    const quote = nodes.at(-1)?.tagName === 'BLOCKQUOTE' ? nodes.at(-1) : undefined
    if (quoted && quote) quote.append(el('br'), ...inline(quoted[1]))
    else if (quoted) nodes.push(el('blockquote', {}, inline(quoted[1])))
    else nodes.push(...(index > 0 && !quote ? [el('br')] : []), ...inline(line))
  }
  return nodes
}

const MARKS = [
  [/`([^`\n]+)`/, match => el('code', {}, plain(match[1]))],
  [/<([^<>\n]+)>/, match => reference(match[1])],
  [/(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])/, match => el('strong', {}, inline(match[1]))],
  [/(?<![\w_])_(\S(?:[^_\n]*\S)?)_(?![\w_])/, match => el('em', {}, inline(match[1]))],
  [/(?<![\w~])~(\S(?:[^~\n]*\S)?)~(?![\w~])/, match => el('s', {}, inline(match[1]))],
  [/:([a-z0-9_+-]+):/, match => emoji(match[1]) ?? match[0]],
]

/** The mark that begins first wins; the text before it is text, the rest is looked at again. */
function inline(text) {
  const found = MARKS.map(([pattern, make]) => ({ match: pattern.exec(text), make })).filter(({ match }) => match)
  if (found.length === 0) return text === '' ? [] : [plain(text)]
  const { match, make } = found.reduce((first, next) => (next.match.index < first.match.index ? next : first))
  const end = match.index + match[0].length
  return [...(match.index > 0 ? [plain(text.slice(0, match.index))] : []), make(match), ...inline(text.slice(end))]
}

/** What stands between angle brackets: a person, a channel, a group, a date or an address. */
function reference(inside) {
  const [target, label] = inside.split('|', 2)
  if (target.startsWith('@')) return mention(`@${personName(target.slice(1))}`, target.slice(1) === view.user)
  if (target.startsWith('#')) return mention(`#${label ?? channelName(target.slice(1))}`)
  if (target.startsWith('!subteam^')) return mention(`@${groupHandle(target.slice(9)) ?? label}`)
  if (target.startsWith('!date^')) return date(target.slice(6), label)
  if (target.startsWith('!')) return mention(`@${target.slice(1)}`)
  const href = safeUrl(target)
  return href
    ? el('a', { href, target: '_blank', rel: 'noopener noreferrer' }, plain(label ?? target))
    : plain(`<${inside}>`)
}

export function mention(text, me = false) {
  return el('span', { class: me ? 'mention me' : 'mention' }, text)
}

export function channelName(id) {
  return view.screen?.channels.find(channel => channel.id === id)?.name ?? id
}

export function groupHandle(id) {
  return view.screen?.usergroups.find(group => group.id === id)?.handle
}

const DATE_TOKENS = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit', hour12: false },
  time_secs: { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false },
}

function date(token, fallback) {
  const [seconds, format = '{date_short} {time}'] = token.split('^')
  const when = new Date(Number(seconds) * 1000)
  if (Number.isNaN(when.getTime())) return fallback ?? token
  const text = format.replace(/\{(\w+?)(?:_pretty)?\}/g, (_all, name) =>
    name === 'ago' ? ago(when) : when.toLocaleString([], DATE_TOKENS[name] ?? DATE_TOKENS.date),
  )
  return el('time', { dateTime: when.toISOString(), title: when.toISOString() }, text)
}

function ago(when) {
  const minutes = Math.round((when - Date.now()) / 60_000)
  return new Intl.RelativeTimeFormat([], { numeric: 'auto' }).format(minutes, 'minute')
}
