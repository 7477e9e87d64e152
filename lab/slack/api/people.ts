import * as z from 'zod'
import { IDENTITY } from '../seed.ts'
import type { Person, Usergroup } from '../store.ts'
import { channelJson } from './channels.ts'
import { flag, type Method, method, page, paged, refuse } from './method.ts'

const usersInfo = method(z.object({ user: z.string() }), (lab, { user }) => {
  const person = lab.store.people.get(user)
  return person ? { ok: true, user: userJson(person) } : refuse('user_not_found')
})

const usersList = method(z.object(page), (lab, args) => {
  const { items, response_metadata } = paged([...lab.store.people.values()], args)
  return { ok: true, members: items.map(userJson), response_metadata }
})

const usersConversations = method(
  z.object({ user: z.string().optional(), types: z.string().optional(), ...page }),
  (lab, args) => {
    const { user = IDENTITY.botUserId, types = 'public_channel', ...rest } = args
    const wanted = types.split(',')
    const theirs = [...lab.store.channels.values()].filter(channel => channel.members.includes(user))
    const fits = theirs.filter(channel => wanted.includes(channel.direct ? 'im' : 'public_channel'))
    const { items, response_metadata } = paged(fits, rest)
    return { ok: true, channels: items.map(channelJson), response_metadata }
  },
)

const groupsList = method(z.object({ include_users: flag.optional() }), (lab, { include_users = false }) => ({
  ok: true,
  usergroups: [...lab.store.usergroups.values()].map(group => usergroupJson(group, include_users)),
}))

const groupsUsersList = method(z.object({ usergroup: z.string() }), (lab, { usergroup }) => {
  const group = lab.store.usergroups.get(usergroup)
  return group ? { ok: true, users: group.users } : refuse('no_such_subteam')
})

/** A user as Slack describes one; `ha-bot` reads the flags to decide who may approve. */
export function userJson(person: Person): Record<string, unknown> {
  const { id, handle, name, flags } = person
  return {
    id,
    team_id: flags.team_id ?? IDENTITY.teamId,
    name: handle,
    real_name: name,
    deleted: flags.deleted ?? false,
    is_bot: flags.is_bot ?? false,
    is_app_user: flags.is_app_user ?? false,
    is_restricted: flags.is_restricted ?? false,
    is_ultra_restricted: flags.is_ultra_restricted ?? false,
    is_admin: flags.is_admin ?? false,
    ...(flags.is_stranger !== undefined && { is_stranger: flags.is_stranger }),
    tz: 'UTC',
    tz_offset: 0,
    updated: 0,
    profile: { display_name: handle, real_name: name, email: `${handle}@ha-lab.example` },
  }
}

export function usergroupJson(group: Usergroup, withUsers: boolean): Record<string, unknown> {
  const { id, handle, name, users } = group
  return {
    id,
    team_id: IDENTITY.teamId,
    handle,
    name,
    is_usergroup: true,
    user_count: users.length,
    ...(withUsers && { users }),
  }
}

export const peopleMethods: Readonly<Record<string, Method>> = {
  'users.info': usersInfo,
  'users.list': usersList,
  'users.conversations': usersConversations,
  'usergroups.list': groupsList,
  'usergroups.users.list': groupsUsersList,
}
