import * as z from 'zod'
import { checkBlocks } from '../blocks/check.ts'
import { findMessage, revise } from '../messages.ts'
import { IDENTITY } from '../seed.ts'
import { refusedTypes } from './content.ts'
import { type Method, method, refuse } from './method.ts'

/** Methods about the workspace and the app themselves, and the few that are alone in their family. */
const authTest = method(z.object({}), lab => ({
  ok: true,
  url: `${lab.origin}/`,
  team: IDENTITY.teamName,
  user: 'ha-bot',
  team_id: IDENTITY.teamId,
  user_id: IDENTITY.botUserId,
  bot_id: IDENTITY.botId,
  app_id: IDENTITY.appId,
  is_enterprise_install: false,
}))

/** Slack gives an app ten sockets at most (slack-platform.md §1.2). */
const MAX_SOCKETS = 10

const connectionsOpen = method(z.object({}), lab => {
  if (lab.sockets.connected() >= MAX_SOCKETS) return refuse('too_many_websockets')
  const address = `${lab.origin.replace('http:', 'ws:')}/link?ticket=${lab.tickets.issue()}&app_id=${IDENTITY.appId}`
  return { ok: true, url: address }
})

const apiTest: Method = ({ args }) => {
  const error = args['error']
  return typeof error === 'string' ? { ...refuse(error) } : { ok: true, args }
}

const teamInfo = method(z.object({}), () => ({
  ok: true,
  team: { id: IDENTITY.teamId, name: IDENTITY.teamName, domain: IDENTITY.teamDomain, email_domain: '' },
}))

const botsInfo = method(z.object({ bot: z.string().optional() }), (_lab, { bot = IDENTITY.botId }) => {
  if (bot !== IDENTITY.botId) return refuse('bot_not_found')
  return {
    ok: true,
    bot: { id: bot, app_id: IDENTITY.appId, user_id: IDENTITY.botUserId, name: 'ha-bot', deleted: false },
  }
})

const addReaction = method(
  z.object({ channel: z.string(), timestamp: z.string(), name: z.string().min(1) }),
  (lab, args) => {
    const message = findMessage(lab, args.channel, args.timestamp)
    if (!message || message.onlyFor) return refuse('message_not_found')
    const reactions = message.reactions ?? []
    if (reactions.some(({ name, users }) => name === args.name && users.includes(IDENTITY.botUserId)))
      return refuse('already_reacted')
    const users = reactions.find(({ name }) => name === args.name)?.users ?? []
    const others = reactions.filter(({ name }) => name !== args.name)
    revise(lab, message, { reactions: [...others, { name: args.name, users: [...users, IDENTITY.botUserId] }] })
    return { ok: true }
  },
)

const validateBlocks = method(z.object({ blocks: z.unknown() }), (lab, { blocks }) => {
  const checked = checkBlocks(blocks, 'message', refusedTypes(lab))
  return checked.ok ? { ok: true } : refuse(checked.error, checked.messages)
})

export const workspaceMethods: Readonly<Record<string, Method>> = {
  'auth.test': authTest,
  'apps.connections.open': connectionsOpen,
  'api.test': apiTest,
  'team.info': teamInfo,
  'bots.info': botsInfo,
  'reactions.add': addReaction,
  'blocks.validate': validateBlocks,
}
