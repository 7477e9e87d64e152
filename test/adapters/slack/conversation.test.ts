import { expect, test } from 'vitest'
import type { SeenMessage } from '../../../lab/slack/seen.ts'
import { CHANNEL, type SlackWorld, slackWorld } from './slack-world.ts'

/** The card of a run as this person sees it, once it says so. */
async function cardSaying({ workspace }: SlackWorld, words: string): Promise<SeenMessage> {
  return await workspace.control.until(
    control =>
      control
        .messages({ channel: CHANNEL })
        .find(each => !each.thread_ts && !each.ephemeral && each.said.includes(words)),
    { what: `a card that says ${words}` },
  )
}

async function whisperTo({ workspace }: SlackWorld, user: string, words: string): Promise<SeenMessage> {
  return await workspace.control.until(
    control => control.messages({ channel: CHANNEL, user }).find(each => each.ephemeral && each.said.includes(words)),
    { what: `a private message to ${user} that says ${words}` },
  )
}

async function approve(
  { workspace }: SlackWorld,
  user: string,
  card: SeenMessage,
  values: Record<string, string> = {},
) {
  const clicked = await workspace.control.click({ user, message_ts: card.ts, button: 'Review and approve' })
  expect(clicked).toMatchObject({ ok: true })
  await workspace.control.until(control => control.views({ user }).find(view => view.submit === 'Approve'), {
    what: 'the plan in a window',
  })
  return await workspace.control.submit({ user, values })
}

test('a command becomes one card with its plan, and a second person approves it in a window', async () => {
  await using world = await slackWorld()
  const said = await world.workspace.control.command({ user: 'U0ANA', text: '/ha failover server2' })
  expect(said).toMatchObject({ ok: true })
  await whisperTo(world, 'U0ANA', 'nothing runs before somebody approves it')
  const card = await cardSaying(world, 'Failover server2')
  expect(card.said).toContain('crm_resource --move')
  expect(card.buttons.map(button => button.text)).toEqual(['Review and approve', 'Deny', 'Details'])
  expect(await approve(world, 'U0BO', card)).toMatchObject({ ok: true, closed: true })
  const decided = await cardSaying(world, 'approved by Bo')
  expect(decided.ts).toBe(card.ts)
  expect(decided.buttons.map(button => button.text)).not.toContain('Review and approve')
  expect(world.desk.verdicts).toMatchObject([{ decision: 'approve', speaker: { person: 'bo', slackUser: 'U0BO' } }])
})
