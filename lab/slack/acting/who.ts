import { openDirect } from '../api/channels.ts'
import type { Lab } from '../lab.ts'
import type { Channel, Message, Person } from '../store.ts'
import { type Done, undone } from './outcome.ts'

/** Where a person is when nothing else is said. */
const DEFAULT_CHANNEL = 'C0HA'

/** Someone who can act: known, not a bot, still here. */
export function actor(lab: Lab, user: string): Done<{ person: Person }> {
  const person =
    lab.store.people.get(user) ?? [...lab.store.people.values()].find(each => each.handle === user.toLowerCase())
  if (!person) return undone('no_such_person', `people: ${[...lab.store.people.keys()].join(' ')}`)
  if (person.flags.deleted || person.flags.is_bot) return undone('cannot_act', `${person.name} is ${person.kind}`)
  return { ok: true, person }
}

/** A person in a channel they are a member of, or in their direct conversation with the app. */
export function actorIn(lab: Lab, user: string, channel = DEFAULT_CHANNEL): Done<{ person: Person; place: Channel }> {
  const who = actor(lab, user)
  if (!who.ok) return who
  const named = [...lab.store.channels.values()].find(each => each.id === channel || `#${each.name}` === channel)
  const place = named ?? (channel === `D${who.person.id.slice(1)}` ? openDirect(lab, who.person.id) : undefined)
  if (!place?.members.includes(who.person.id))
    return undone('not_in_channel', `${who.person.name} is not in ${channel}`)
  return { ok: true, person: who.person, place }
}

export function sees(message: Message, user: string): boolean {
  return message.onlyFor === undefined || message.onlyFor === user
}
