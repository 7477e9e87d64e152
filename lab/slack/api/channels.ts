import type { Lab } from '../lab.ts'
import { IDENTITY } from '../seed.ts'
import type { Channel } from '../store.ts'

/** A conversation by id, by #name, or the direct one with a person by their user id. */
export function conversation(lab: Lab, channel: string): Channel | undefined {
  const person = lab.store.people.get(channel)
  if (person) return openDirect(lab, person.id)
  const name = channel.replace(/^#/, '')
  return lab.store.channels.get(channel) ?? [...lab.store.channels.values()].find(each => each.name === name)
}

/** The conversation of one person with the app; made when it is first needed. */
export function openDirect(lab: Lab, user: string): Channel | undefined {
  const person = lab.store.people.get(user)
  if (!person || person.flags.deleted || person.id === IDENTITY.botUserId) return undefined
  const id = `D${user.slice(1)}`
  const known = lab.store.channels.get(id)
  if (known) return known
  const direct: Channel = {
    id,
    name: `dm-${person.handle}`,
    topic: '',
    members: [user, IDENTITY.botUserId],
    direct: user,
  }
  lab.store.channels.set(id, direct)
  lab.changes.notify()
  return direct
}

export function channelJson(channel: Channel): Record<string, unknown> {
  if (channel.direct) return { id: channel.id, is_im: true, user: channel.direct, is_archived: false, created: 0 }
  return {
    id: channel.id,
    name: channel.name,
    is_channel: true,
    is_im: false,
    is_private: false,
    is_archived: false,
    is_member: channel.members.includes(IDENTITY.botUserId),
    num_members: channel.members.length,
    topic: { value: channel.topic, creator: '', last_set: 0 },
    created: 0,
  }
}
