/**
 * Makes an element. What starts with `on` is a listener, `class` and `data-*` are attributes, everything else a property.
 * Children are nodes or text; remote text can only ever become a text node.
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value)
    else if (name in node && !name.includes('-')) node[name] = value
    else node.setAttribute(name, value === true ? '' : value)
  }
  node.append(
    ...children.flat(Number.POSITIVE_INFINITY).filter(child => child !== undefined && child !== null && child !== ''),
  )
  return node
}

/** Only addresses that a browser may safely open. */
export function safeUrl(url) {
  return /^(https?:|mailto:)/i.test(url) ? url : undefined
}

/** Hours and minutes of a message's time stamp. */
export function clockTime(ts) {
  return new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false })
}

/** Replaces children only where something has changed, so that focus, open details and the scroll position stay. */
export function reconcile(parent, items, keyOf, render) {
  const known = new Map([...parent.children].map(node => [node.dataset.key, node]))
  const wanted = items.map(item => {
    const [key, print] = [keyOf(item), JSON.stringify(item)]
    const old = known.get(key)
    if (old?.print === print) return old
    const fresh = render(item)
    fresh.dataset.key = key
    fresh.print = print
    if (old) carryOver(old, fresh)
    return fresh
  })
  if (wanted.length === parent.children.length && wanted.every((node, index) => node === parent.children[index])) return
  const focused = focusMark(parent)
  parent.replaceChildren(...wanted)
  if (focused) parent.querySelector(focused)?.focus()
}

function carryOver(old, fresh) {
  const wereOpen = [...old.querySelectorAll('details')].map(node => node.open)
  for (const [index, node] of [...fresh.querySelectorAll('details')].entries()) {
    if (wereOpen[index] !== undefined) node.open = wereOpen[index]
  }
}

function focusMark(parent) {
  const active = document.activeElement
  const key = parent.contains(active) && active.closest('[data-key]')?.dataset.key
  const action = active?.dataset?.action
  return key && action ? `[data-key="${CSS.escape(key)}"] [data-action="${CSS.escape(action)}"]` : undefined
}
