import { WebClient } from '@slack/web-api'
import { expect, test } from 'vitest'
import { startWorkspace } from '../../../lab/slack/workspace.ts'
import { systemClock } from '../../../src/adapters/clock.ts'
import { createIdentity } from '../../../src/adapters/slack/identity.ts'
import { approve, asked, cardSaying, whisperTo } from './conversing.ts'
import { slackWorld } from './slack-world.ts'

test('a guest may not approve, even one whom the configuration names', async () => {
  await using world = await slackWorld()
  const { card } = await asked(world)
  await approve(world, 'U0GUS', card)
  await whisperTo(world, 'U0GUS', 'this account is a guest')
  expect(world.desk.verdicts).toEqual([])
})

test('somebody outside the team may not approve', async () => {
  await using world = await slackWorld()
  const { card } = await asked(world)
  await approve(world, 'U0DEE', card)
  await whisperTo(world, 'U0DEE', 'Only oncall may approve')
  await cardSaying(world, 'Review and approve')
})

test.each([
  ['an app that looks like a person', { is_app_user: true }, 'this account is an app'],
  ['a stranger of a shared channel', { is_stranger: true }, 'another workspace'],
  ['somebody from another workspace', { team_id: 'T0OTHER' }, 'another workspace'],
  ['a guest of one channel', { is_ultra_restricted: true }, 'this account is a guest'],
])('%s may not approve', async (_, flags, words) => {
  await using world = await slackWorld()
  const { card } = await asked(world)
  const { control } = world.workspace
  await control.click({ user: 'U0BO', message_ts: card.ts, button: 'Review and approve' })
  await control.until(each => each.views({ user: 'U0BO' }).find(view => view.submit === 'Approve'), {
    what: 'the window',
  })
  await control.user({ id: 'U0BO', flags })
  await control.submit({ user: 'U0BO' })
  await control.until(each => each.messages().find(message => message.said.includes(words)), { what: words })
  expect(world.desk.verdicts).toEqual([])
})

test('who left the user group may not approve any more', async () => {
  await using world = await slackWorld()
  const { card } = await asked(world)
  await world.workspace.control.usergroup({ id: 'S0ONCALL', users: ['U0ANA', 'U0CY'] })
  await approve(world, 'U0BO', card)
  await whisperTo(world, 'U0BO', 'Only oncall may approve')
  expect(world.desk.verdicts).toHaveLength(1)
})

test.each(['users.info', 'usergroups.users.list'])('nothing is decided while Slack cannot answer %s', async method => {
  await using world = await slackWorld()
  const { card } = await asked(world)
  world.workspace.control.fault({ type: 'http_503', method, n: 5 })
  await approve(world, 'U0BO', card)
  await whisperTo(world, 'U0BO', 'ha approve 42')
  const state = (await world.desk.feed.load(world.desk.runs()[0] ?? ''))?.state
  expect(state?.gates.at(-1)?.decisions).toEqual([])
  world.workspace.control.fault({ type: 'clear' })
  await approve(world, 'U0BO', card)
  await cardSaying(world, 'approved by Bo')
})

test('words that decide are checked like a press of the button', async () => {
  await using world = await slackWorld()
  await world.workspace.control.command({ user: 'U0GUS', text: '/ha approve 42' })
  await whisperTo(world, 'U0GUS', 'this account is a guest')
  expect(world.desk.heard).toEqual([])
})

test.each([
  ['U0EX', 'this account is deactivated'],
  ['U0HABOT', 'this account is an app'],
  ['U0NOBODY', 'Slack does not know you'],
])('the account %s decides nothing: %s', async (user, because) => {
  const workspace = await startWorkspace()
  try {
    const client = new WebClient(workspace.botToken, { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 } })
    const checked = await createIdentity(client, workspace.teamId, systemClock).check(user, 'ha approve 42')
    expect(checked).toMatchObject({
      ok: false,
      problems: [{ code: 'not-eligible', message: expect.stringContaining(because) }],
    })
  } finally {
    await workspace.close()
  }
})
