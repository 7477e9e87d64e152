/** What the page knows: who looks, at what, and the last answer of the workspace. */
export const view = { user: 'U0ANA', channel: 'C0HA', thread: undefined, screen: undefined }

/** Does something as the person who looks. A refusal is told in a notice; the answer is returned either way. */
export async function act(name, ask) {
  try {
    const response = await fetch(`/_sim/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: view.user, ...ask }),
    })
    const done = await response.json()
    if (!done.ok && !ANSWERED_ELSEWHERE.includes(done.error))
      notice(done.detail ? `${done.error}: ${done.detail}` : done.error)
    return done
  } catch {
    notice('The workspace does not answer. Is it still running?')
    return { ok: false, error: 'no_workspace' }
  }
}

/** The workspace has said these in the conversation or in the modal. */
const ANSWERED_ELSEWHERE = [
  'operation_timeout',
  'dispatch_failed',
  'no_such_command',
  'command_in_thread',
  'invalid_response',
]

export async function look() {
  const response = await fetch(`/_sim/screen?user=${encodeURIComponent(view.user)}`)
  return await response.json()
}

/** Calls `changed` whenever something in the workspace has; `reachable` says whether it can be heard at all. */
export function listen(changed, reachable) {
  const source = new EventSource('/_sim/events')
  source.addEventListener('message', () => {
    reachable(true)
    changed()
  })
  source.addEventListener('error', () => reachable(false))
}

let hiding

export function notice(text) {
  const node = document.getElementById('notice')
  node.textContent = text
  node.hidden = false
  clearTimeout(hiding)
  hiding = setTimeout(() => {
    node.hidden = true
  }, 8000)
}

export function personName(id) {
  return view.screen?.people.find(person => person.id === id)?.name ?? id
}
