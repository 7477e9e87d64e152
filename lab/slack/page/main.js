import { blocks } from './blocks.js'
import { composer } from './composer.js'
import { el, reconcile } from './dom.js'
import { act, listen, look, view } from './lab.js'
import { newestIn, showMessages } from './messages.js'
import { showModal } from './modal.js'

const at = id => document.getElementById(id)
const KINDS = { oncall: 'on call', member: 'not on call', guest: 'guest' }
const seen = new Map()
const box = composer(at('composer'), 'text', () => ({}))
const threadBox = composer(at('thread-composer'), 'thread-text', () => ({ thread_ts: view.thread }))

/** The address says who looks at what: `#C0HA?as=U0BO`, or `#C0HA/p1700000001000000` for one message. */
function readAddress() {
  const [, channel, message, person] = /^#([CDH]\w+)(?:\/p(\d+))?(?:\?as=(\w+))?$/.exec(location.hash) ?? []
  view.user = person ?? view.user
  view.channel = channel ?? view.channel
  view.wanted = message ? `${message.slice(0, -6)}.${message.slice(-6)}` : undefined
}

function go(change) {
  Object.assign(view, change, { thread: change.thread })
  history.replaceState(undefined, '', `#${view.channel}?as=${view.user}`)
  document.body.classList.remove('menu-open')
  at('menu').setAttribute('aria-expanded', 'false')
  if (view.channel.startsWith('H')) act('home', {})
  refresh().then(() => {
    at('messages').scrollTop = at('messages').scrollHeight
    box.focus()
  })
}

let busy = false
let again = false

/** Asks for the screen and draws it; changes that come meanwhile make it ask once more. */
async function refresh() {
  again = busy
  if (busy) return
  busy = true
  try {
    view.screen = await look()
    draw()
  } finally {
    busy = false
  }
  if (again) await refresh()
}

function draw() {
  const { screen } = view
  drawSide(screen)
  const home = view.channel.startsWith('H')
  const channel = screen.channels.find(each => each.id === view.channel)
  const name = home ? 'ha-bot home' : view.channel.startsWith('D') ? 'ha-bot' : `#${channel?.name ?? view.channel}`
  document.title = `${name} · HA lab`
  at('place').textContent = name
  at('topic').textContent = channel?.topic ?? ''
  at('composer').hidden = home
  box.name(view.channel === 'C0HA' ? '/ha help, or a message' : `Message ${name}`)
  if (home) drawHome(screen.home)
  else
    showMessages(
      at('messages'),
      screen.messages.filter(each => each.channel === view.channel),
      { openThread },
    )
  drawThread(screen)
  showModal(screen.views.at(-1))
  seen.set(`${view.user} ${view.channel}`, newestIn(view.channel))
  if (view.wanted)
    at('messages')
      .querySelector(`[data-ts="${CSS.escape(view.wanted)}"]`)
      ?.scrollIntoView()
}

function drawSide({ people, channels, sockets }) {
  at('connection').textContent =
    sockets === 0 ? '○ ha-bot is not connected' : `● ha-bot is connected${sockets > 1 ? ` (${sockets} sockets)` : ''}`
  const mayBe = people.filter(person => KINDS[person.kind] && !person.flags.deleted)
  reconcile(
    at('person'),
    mayBe,
    person => person.id,
    person => el('option', { value: person.id }, `${person.name} · ${KINDS[person.kind]}`),
  )
  at('person').value = view.user
  const other = mayBe.find(person => person.id !== view.user)
  at('second').href = `#${view.channel.startsWith('C') ? view.channel : 'C0HA'}?as=${other?.id}`
  const direct = `D${view.user.slice(1)}`
  const places = [
    ...channels.filter(each => !each.direct).map(each => ({ id: each.id, name: `# ${each.name}` })),
    { id: direct, name: 'ha-bot' },
    { id: `H${view.user.slice(1)}`, name: 'ha-bot home' },
  ].map(place => ({ ...place, here: place.id === view.channel, unread: isUnread(place.id) }))
  reconcile(at('conversations'), places, place => place.id, drawPlace)
}

/** The first look at a conversation counts as having read it. */
function isUnread(id) {
  const key = `${view.user} ${id}`
  if (!seen.has(key)) seen.set(key, newestIn(id))
  return id !== view.channel && newestIn(id) > seen.get(key)
}

function drawPlace({ id, name, here, unread }) {
  const words = [name, unread ? el('span', { class: 'unread', title: 'new messages' }, '●') : '']
  return el(
    'button',
    { type: 'button', class: 'quiet', 'aria-current': here ? 'page' : undefined, onclick: () => go({ channel: id }) },
    words,
  )
}

function drawHome(home) {
  const content = home
    ? blocks(home.blocks, { view_id: home.id })
    : [el('p', { class: 'muted' }, 'ha-bot has not put anything here.')]
  reconcile(
    at('messages'),
    [{ id: 'home', hash: home?.hash ?? '' }],
    item => item.id,
    () => el('div', { class: 'home' }, content),
  )
}

function drawThread({ messages }) {
  at('thread').hidden = view.thread === undefined
  document.body.classList.toggle('thread-open', view.thread !== undefined)
  if (view.thread === undefined) return
  const inThread = messages.filter(
    each => each.channel === view.channel && (each.ts === view.thread || each.thread_ts === view.thread),
  )
  threadBox.name('Reply, or @ha …')
  showMessages(at('replies'), inThread)
}

function openThread(ts) {
  view.thread = ts
  draw()
  at('replies').scrollTop = at('replies').scrollHeight
  threadBox.focus()
}

at('close-thread').addEventListener('click', () => {
  view.thread = undefined
  draw()
  box.focus()
})
at('menu').addEventListener('click', () => {
  const open = document.body.classList.toggle('menu-open')
  at('menu').setAttribute('aria-expanded', String(open))
})
at('person').addEventListener('change', event => {
  const user = event.target.value
  go({ user, channel: view.channel.startsWith('C') ? view.channel : 'C0HA' })
})
addEventListener('hashchange', () => {
  readAddress()
  refresh()
})
readAddress()
await refresh()
at('messages').scrollTop = at('messages').scrollHeight
box.focus()
listen(refresh, reachable => document.body.classList.toggle('unreachable', !reachable))
