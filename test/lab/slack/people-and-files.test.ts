import { WebClient } from '@slack/web-api'
import { expect, test } from 'vitest'
import { connectApp, handover, openWorkspace } from './connected.ts'

test('the workspace has people of every kind, with the flags that tell them apart', async () => {
  const bench = await openWorkspace()
  const app = await connectApp(bench, () => {})
  const { members = [] } = await app.client.users.list({})
  const flags = members.map(({ id, deleted, is_bot, is_restricted }) => [id, deleted, is_bot, is_restricted])
  expect(flags).toEqual([
    ['U0ANA', false, false, false],
    ['U0BO', false, false, false],
    ['U0CY', false, false, false],
    ['U0DEE', false, false, false],
    ['U0GUS', false, false, true],
    ['U0EX', true, false, false],
    ['U0HABOT', false, true, false],
  ])
  expect(await bench.control.command({ user: 'U0EX', text: '/ha status' })).toMatchObject({
    ok: false,
    error: 'cannot_act',
  })
})

test('a change of the user group and of a user is seen by the next look-up and told to the app', async () => {
  const bench = await openWorkspace()
  const group = handover<unknown>()
  const user = handover<unknown>()
  const app = await connectApp(bench, listening => {
    listening.event('subteam_members_changed', async ({ event }) => group.give(event))
    listening.event('user_change', async ({ event }) => user.give(event.user))
  })
  const members = () => app.client.usergroups.users.list({ usergroup: 'S0ONCALL' })
  expect((await members()).users).toEqual(['U0ANA', 'U0BO', 'U0CY'])
  await bench.control.usergroup({ users: ['U0ANA', 'U0DEE'] })
  expect((await members()).users).toEqual(['U0ANA', 'U0DEE'])
  expect(await group.given).toMatchObject({
    subteam_id: 'S0ONCALL',
    added_users: ['U0DEE'],
    removed_users: ['U0BO', 'U0CY'],
  })
  await bench.control.user({ id: 'U0BO', flags: { deleted: true } })
  expect(await user.given).toMatchObject({ id: 'U0BO', deleted: true })
  expect((await app.client.users.info({ user: 'U0BO' })).user).toMatchObject({ deleted: true })
})

test('a file goes up in three calls, stands in the thread, and comes down as it was', async () => {
  const bench = await openWorkspace()
  const app = await connectApp(bench, () => {})
  const root = await app.client.chat.postMessage({ channel: 'C0HA', text: 'run' })
  const bytes = Buffer.from('line one\n\u0000\u00ff binary too\n'.repeat(5_000), 'latin1')
  await app.client.filesUploadV2({
    channel_id: 'C0HA',
    thread_ts: root.ts ?? '',
    filename: 'transcript.txt',
    title: 'Transcript',
    file: bytes,
    initial_comment: 'all of it',
  })
  const reply = bench.control.messages().at(-1)
  expect(reply).toMatchObject({
    said: 'all of it',
    thread_ts: root.ts,
    files: [{ name: 'transcript.txt', title: 'Transcript', size: bytes.length }],
  })
  const info = await app.client.files.info({ file: reply?.files[0]?.id ?? '' })
  expect(info.file).toMatchObject({ shares: { public: { C0HA: [{ ts: reply?.ts }] } } })
  const url = info.file?.url_private_download ?? ''
  expect((await fetch(url)).status).toBe(401)
  const down = await fetch(url, { headers: { authorization: `Bearer ${bench.workspace.botToken}` } })
  expect(Buffer.from(await down.arrayBuffer()).equals(bytes)).toBe(true)
  await app.client.files.delete({ file: reply?.files[0]?.id ?? '' })
  expect(bench.control.messages().at(-1)?.files).toEqual([])
})

test('an upload of another size than announced is refused, and cannot be completed', async () => {
  const bench = await openWorkspace()
  const app = await connectApp(bench, () => {})
  const { upload_url = '', file_id = '' } = await app.client.files.getUploadURLExternal({
    filename: 'a.txt',
    length: 10,
  })
  expect((await fetch(upload_url, { method: 'POST', body: 'too short' })).status).toBe(400)
  await expect(
    app.client.files.completeUploadExternal({ files: [{ id: file_id }], channel_id: 'C0HA' }),
  ).rejects.toThrow('file_not_found')
})

test('tokens are checked: none, a wrong one, and the right one for another method', async () => {
  const { workspace } = await openWorkspace()
  const client = (token?: string) =>
    new WebClient(token, { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 } })
  await expect(client().users.list({})).rejects.toThrow('not_authed')
  await expect(client('xoxb-wrong').users.list({})).rejects.toThrow('invalid_auth')
  await expect(client(workspace.appToken).users.list({})).rejects.toThrow('not_allowed_token_type')
  await expect(client(workspace.botToken).apps.connections.open({})).rejects.toThrow('not_allowed_token_type')
  expect(await client(workspace.botToken).auth.test()).toMatchObject({
    team_id: workspace.teamId,
    user_id: workspace.botUserId,
  })
})

test('what this workspace does not have, it says so by name', async () => {
  const { workspace } = await openWorkspace()
  const client = new WebClient(workspace.botToken, { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 } })
  await expect(client.apiCall('chat.startStream', { channel: 'C0HA' })).rejects.toThrow('unknown_method')
})

test('conversations are found by id, listed by kind, and opened with a person', async () => {
  const bench = await openWorkspace()
  const app = await connectApp(bench, () => {})
  const { channels = [] } = await app.client.conversations.list({})
  expect(channels.map(channel => [channel.id, channel.name])).toEqual([
    ['C0HA', 'ha-pvfs'],
    ['C0GENERAL', 'general'],
  ])
  const direct = await app.client.conversations.open({ users: 'U0CY' })
  await app.client.chat.postMessage({ channel: direct.channel?.id ?? '', text: 'your approval is waited for' })
  expect(bench.control.messages({ user: 'U0CY' }).map(each => each.said)).toEqual(['your approval is waited for'])
  expect(bench.control.messages({ user: 'U0ANA' })).toEqual([])
  await expect(app.client.conversations.info({ channel: 'C0NONE' })).rejects.toThrow('channel_not_found')
})
