import { expect, test } from 'vitest'
import { startWorkspace } from '../../../lab/slack/workspace.ts'
import { startSlack } from '../../../src/adapters/slack/start.ts'
import { createFakeDesk } from '../../support/fake-desk.ts'
import { memoryStore, type SlackWorld, slackParts, slackWorld } from './slack-world.ts'

async function hearing({ workspace }: SlackWorld, sockets: number): Promise<void> {
  await workspace.control.until(control => control.state().sockets === sockets, { what: `${sockets} sockets` })
}

test('two sockets hear, and a closed bot leaves none', async () => {
  await using world = await slackWorld()
  await hearing(world, 2)
  await expect.poll(() => world.surface().sockets()).toBe(2)
  await world.stopBot()
  await hearing(world, 0)
})

test('no command is lost while Slack refreshes one socket after the other', async () => {
  await using world = await slackWorld()
  const { control } = world.workspace
  await hearing(world, 2)
  const answers: Promise<unknown>[] = []
  for (const socket of [1, 2, 3]) {
    const opened = () => control.log().filter(entry => entry.kind === 'socket' && entry.state === 'open').length
    const before = opened()
    control.fault({ type: 'disconnect', reason: 'refresh_requested', socket })
    for (let at = 0; at < 5; at += 1) answers.push(control.command({ user: 'U0ANA', text: '/ha help' }))
    await control.until(() => opened() > before, { what: 'another socket' })
  }
  expect(await Promise.all(answers)).toEqual(Array(15).fill(expect.objectContaining({ ok: true })))
  expect(world.desk.heard).toHaveLength(15)
})

test('sockets that are cut come back by themselves', async () => {
  await using world = await slackWorld()
  await hearing(world, 2)
  world.workspace.control.fault({ type: 'disconnect', reason: 'cut', socket: 1 })
  world.workspace.control.fault({ type: 'disconnect', reason: 'cut', socket: 2 })
  await hearing(world, 2)
  expect(await world.workspace.control.command({ user: 'U0ANA', text: '/ha help' })).toMatchObject({ ok: true })
})

test('a socket comes back although Slack has refused new connections for a while', async () => {
  await using world = await slackWorld()
  await hearing(world, 2)
  world.workspace.control.fault({ type: 'fail', method: 'apps.connections.open', error: 'invalid_auth', n: 3 })
  world.workspace.control.fault({ type: 'disconnect', reason: 'link_disabled', socket: 1 })
  world.workspace.control.fault({ type: 'disconnect', reason: 'link_disabled', socket: 2 })
  await hearing(world, 2)
  expect(world.logged.join('\n')).toContain('no socket to Slack is open')
})

async function startWith(change: {
  botToken?: string
  appToken?: string
  slackApiUrl?: string
  startWithinMs?: number
}) {
  const workspace = await startWorkspace()
  try {
    const parts = slackParts(workspace, createFakeDesk(), memoryStore(), [])
    return await startSlack({ ...parts, config: { ...parts.config, ...change } })
  } finally {
    await workspace.close()
  }
}

test.each([
  ['botToken', 'SLACK_BOT_TOKEN', 'OAuth & Permissions'],
  ['appToken', 'SLACK_APP_TOKEN', 'connections:write'],
])('a %s that Slack refuses is named, with what to do', async (token, name, where) => {
  expect(await startWith({ [token]: 'xoxb-of-yesterday' })).toMatchObject({
    ok: false,
    problems: [
      {
        code: 'slack-token',
        message: expect.stringMatching(new RegExp(`${name}: (invalid_auth|not_allowed_token_type)`)),
        next: expect.stringContaining(where),
      },
    ],
  })
})

test('a Slack that cannot be reached is said to be, in the time that was given', async () => {
  const nobody = { slackApiUrl: 'http://127.0.0.1:9/api/', startWithinMs: 300 }
  expect(await startWith(nobody)).toMatchObject({ ok: false, problems: [{ code: 'slack-away' }] })
})

test('a start while Slack is out of order for a moment succeeds', async () => {
  const workspace = await startWorkspace()
  workspace.control.fault({ type: 'http_503', method: 'auth.test', n: 2 })
  const started = await startSlack(slackParts(workspace, createFakeDesk(), memoryStore(), []))
  expect(started).toMatchObject({ ok: true, value: { botUserId: workspace.botUserId, teamId: workspace.teamId } })
  if (started.ok) await started.value.close()
  await workspace.close()
})
