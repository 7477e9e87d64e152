import { usergroupJson, userJson } from '../api/people.ts'
import type { Lab } from '../lab.ts'
import type { PersonFlags } from '../store.ts'
import { sendEvent } from './events.ts'
import { type Done, undone } from './outcome.ts'

/** The workspace's administrator changes who is in a user group; the app gets `subteam_members_changed`. */
export async function usergroup(
  lab: Lab,
  ask: { readonly id?: string | undefined; readonly users: readonly string[] },
): Promise<Done> {
  const before = lab.store.usergroups.get(ask.id ?? 'S0ONCALL')
  if (!before) return undone('no_such_subteam')
  const stranger = ask.users.find(user => !lab.store.people.has(user))
  if (stranger !== undefined) return undone('no_such_person', stranger)
  const after = { ...before, users: [...ask.users] }
  lab.store.usergroups.set(after.id, after)
  lab.changes.notify()
  await sendEvent(lab, {
    type: 'subteam_members_changed',
    subteam_id: after.id,
    added_users: after.users.filter(user => !before.users.includes(user)),
    removed_users: before.users.filter(user => !after.users.includes(user)),
    subteam: usergroupJson(after, true),
  })
  return { ok: true }
}

/** The administrator changes what someone is (left the company, guest, ...); the app gets `user_change`. */
export async function user(lab: Lab, ask: { readonly id: string; readonly flags: PersonFlags }): Promise<Done> {
  const before = lab.store.people.get(ask.id)
  if (!before) return undone('no_such_person', ask.id)
  const after = { ...before, flags: { ...before.flags, ...ask.flags } }
  lab.store.people.set(after.id, after)
  lab.changes.notify()
  await sendEvent(lab, { type: 'user_change', user: userJson(after) })
  return { ok: true }
}
