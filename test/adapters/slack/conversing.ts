import type { SeenMessage, SeenView } from '../../../lab/slack/seen.ts'
import { CHANNEL, type SlackWorld } from './slack-world.ts'

/** The cards in the channel, oldest first. */
export function cards({ workspace }: SlackWorld): readonly SeenMessage[] {
  return workspace.control
    .messages({ channel: CHANNEL })
    .filter(message => message.bot && !message.thread_ts && !message.ephemeral && message.buttons.length > 0)
}

/** The card of a run, once it says so. */
export async function cardSaying(world: SlackWorld, words: string): Promise<SeenMessage> {
  const found = () => cards(world).find(message => message.said.includes(words))
  return await world.workspace.control.until(found, { what: `a card that says "${words}"` })
}

export function replies({ workspace }: SlackWorld): readonly SeenMessage[] {
  return workspace.control.messages({ channel: CHANNEL }).filter(message => message.thread_ts !== undefined)
}

export async function replySaying(world: SlackWorld, words: string): Promise<SeenMessage> {
  const found = () => replies(world).find(message => message.said.includes(words))
  return await world.workspace.control.until(found, { what: `a reply that says "${words}"` })
}

/** What only this person reads, once it says so. */
export async function whisperTo({ workspace }: SlackWorld, user: string, words: string): Promise<SeenMessage> {
  const found = () =>
    workspace.control.messages({ user }).find(message => message.ephemeral && message.said.includes(words))
  return await workspace.control.until(found, { what: `a private message to ${user} that says "${words}"` })
}

export async function windowOf({ workspace }: SlackWorld, user: string, words: string): Promise<SeenView> {
  const found = () => workspace.control.views({ user }).find(view => view.said.includes(words))
  return await workspace.control.until(found, { what: `a window of ${user} that says "${words}"` })
}

/** Ana asks for the failover of server2; settles when its card is there. */
export async function asked(world: SlackWorld): Promise<{ run: string; card: SeenMessage }> {
  await world.workspace.control.command({ user: 'U0ANA', text: '/ha failover server2' })
  const card = await cardSaying(world, 'Review and approve')
  return { run: world.desk.runs().at(-1) ?? '', card }
}

/** Somebody presses Review and approve, and then Approve in the window. */
export async function approve(world: SlackWorld, user: string, card: SeenMessage, values: Record<string, string> = {}) {
  await world.workspace.control.click({ user, message_ts: card.ts, button: 'Review and approve' })
  await windowOf(world, user, 'crm_resource --move')
  return await world.workspace.control.submit({ user, values })
}
