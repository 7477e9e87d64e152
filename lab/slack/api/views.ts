import * as z from 'zod'
import type { Lab } from '../lab.ts'
import type { View } from '../store.ts'
import { changeView, MAX_STACK, replaceView, type Shown, showView, stackOf, viewJson } from '../views.ts'
import { type Method, method, type Reply, refuse } from './method.ts'

const opening = { trigger_id: z.string(), view: z.unknown() }

/** A new stack; a modal the person had open gives way. */
const open = method(z.object(opening), (lab, { trigger_id, view }) => {
  const trigger = lab.triggers.spend(trigger_id)
  if ('error' in trigger) return refuse(trigger.error)
  const before = stackOf(lab, trigger.user)
  const shown = showView(lab, trigger.user, view)
  if (shown.ok) for (const old of before) changeView(lab, old, { open: false })
  return answer(shown)
})

const push = method(z.object(opening), (lab, { trigger_id, view }) => {
  const trigger = lab.triggers.spend(trigger_id)
  if ('error' in trigger) return refuse(trigger.error)
  const stack = stackOf(lab, trigger.user)
  if (stack.length >= MAX_STACK) return refuse('push_limit_reached')
  return answer(showView(lab, trigger.user, view, stack.at(-1)))
})

const which = { view_id: z.string().optional(), external_id: z.string().optional(), hash: z.string().optional() }

const update = method(z.object({ ...which, view: z.unknown() }), (lab, { view_id, external_id, hash, view }) => {
  const found = view_id ? lab.store.views.get(view_id) : byExternalId(lab, external_id)
  if (!found?.open) return refuse('not_found')
  if (hash && hash !== found.hash) return refuse('hash_conflict')
  return answer(replaceView(lab, found, view))
})

const publish = method(
  z.object({ user_id: z.string(), hash: z.string().optional(), view: z.unknown() }),
  (lab, { user_id, hash, view }) => {
    if (!lab.store.people.has(user_id)) return refuse('user_not_found')
    const home = homeOf(lab, user_id)
    if (home && hash && hash !== home.hash) return refuse('hash_conflict')
    return answer(home ? replaceView(lab, home, view) : showView(lab, user_id, view))
  },
)

function byExternalId(lab: Lab, externalId: string | undefined): View | undefined {
  return externalId ? [...lab.store.views.values()].find(view => view.external_id === externalId) : undefined
}

/** What the app shows a person on its home tab. */
export function homeOf(lab: Lab, user: string): View | undefined {
  return [...lab.store.views.values()].find(view => view.user === user && view.type === 'home')
}

function answer(shown: Shown): Reply {
  return shown.ok ? { ok: true, view: viewJson(shown.view) } : shown
}

export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
}
