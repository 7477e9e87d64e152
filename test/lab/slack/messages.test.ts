import type { BlockAction } from '@slack/bolt'
import { expect, test } from 'vitest'
import { connectApp, handover, message, openWorkspace } from './connected.ts'

test('a click carries who, where and what, and the app edits the message in place', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  const clicked = handover<BlockAction>()
  const app = await connectApp(bench, listening => {
    listening.action('approve', async ({ ack, body, client }) => {
      await ack()
      clicked.give(body as BlockAction)
      await client.chat.update({
        channel: 'C0HA',
        ts: (body as BlockAction).message?.ts ?? '',
        text: 'approved',
        blocks: [words('approved')],
      })
    })
  })
  const posted = await app.client.chat.postMessage({
    channel: 'C0HA',
    text: 'plan',
    blocks: [words('plan'), approve()],
  })
  const ts = posted.ts ?? ''
  expect(await control.click({ user: 'U0BO', message_ts: ts, button: 'Approve' })).toMatchObject({ ok: true })
  expect(await clicked.given).toMatchObject({
    type: 'block_actions',
    api_app_id: bench.workspace.appId,
    team: { id: bench.workspace.teamId },
    user: { id: 'U0BO', team_id: bench.workspace.teamId },
    container: { type: 'message', message_ts: ts, channel_id: 'C0HA', is_ephemeral: false },
    actions: [{ type: 'button', action_id: 'approve', value: 'secret-id' }],
  })
  const card = await message(control, 'approved')
  expect(card).toMatchObject({ ts, revision: 1, edited: false, buttons: [] })
  expect(await control.click({ user: 'U0BO', message_ts: ts, button: 'Approve' })).toMatchObject({
    error: 'no_such_element',
  })
})

test('an edit with text alone removes the blocks and is marked as edited', async () => {
  const bench = await openWorkspace()
  const app = await connectApp(bench, () => {})
  const posted = await app.client.chat.postMessage({ channel: 'C0HA', text: 'plan', blocks: [words('plan')] })
  await app.client.chat.update({ channel: 'C0HA', ts: posted.ts ?? '', text: 'done' })
  expect(bench.control.messages()).toMatchObject([{ said: 'done', blocks: [], edited: true }])
})

test('an ephemeral message is seen by one person, cannot be edited or read by the app, and is gone after a reset', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  const app = await connectApp(bench, () => {})
  const { message_ts: ts = '' } = await app.client.chat.postEphemeral({
    channel: 'C0HA',
    user: 'U0ANA',
    text: 'for Ana',
  })
  expect(control.messages({ user: 'U0ANA' }).map(each => each.said)).toEqual(['for Ana'])
  expect(control.messages({ user: 'U0BO' })).toEqual([])
  await expect(app.client.chat.update({ channel: 'C0HA', ts, text: 'changed' })).rejects.toThrow('message_not_found')
  expect((await app.client.conversations.history({ channel: 'C0HA' })).messages).toEqual([])
  expect(await control.click({ user: 'U0BO', message_ts: ts, button: 'x' })).toMatchObject({
    error: 'message_not_found',
  })
  control.reset()
  expect(control.messages()).toEqual([])
})

test('the app may change and delete only what it said itself', async () => {
  const bench = await openWorkspace()
  const app = await connectApp(bench, () => {})
  const said = await bench.control.say({ user: 'U0ANA', text: 'mine' })
  const ts = said.ok ? (said.ts ?? '') : ''
  await expect(app.client.chat.update({ channel: 'C0HA', ts, text: 'x' })).rejects.toThrow('cant_update_message')
  await expect(app.client.chat.delete({ channel: 'C0HA', ts })).rejects.toThrow('cant_delete_message')
  await expect(app.client.chat.delete({ channel: 'C0HA', ts: '1.000001' })).rejects.toThrow('message_not_found')
  const own = await app.client.chat.postMessage({ channel: 'C0HA', text: 'own' })
  await app.client.chat.delete({ channel: 'C0HA', ts: own.ts ?? '' })
  expect(bench.control.messages().map(each => each.said)).toEqual(['mine'])
})

test('metadata is kept with the message and comes back when it is asked for', async () => {
  const bench = await openWorkspace()
  const app = await connectApp(bench, () => {})
  const metadata = { event_type: 'ha_run', event_payload: { key: 'run-42-card' } }
  const root = await app.client.chat.postMessage({ channel: 'C0HA', text: 'root', metadata })
  const ts = root.ts ?? ''
  await app.client.chat.postMessage({ channel: 'C0HA', text: 'reply', thread_ts: ts, metadata })
  await app.client.chat.update({ channel: 'C0HA', ts, text: 'root, changed' })
  const asked = await app.client.conversations.replies({ channel: 'C0HA', ts, include_all_metadata: true })
  expect(asked.messages?.map(each => [each.text, each.metadata])).toEqual([
    ['root, changed', metadata],
    ['reply', metadata],
  ])
  const plain = await app.client.conversations.history({ channel: 'C0HA' })
  expect(plain.messages).toMatchObject([{ text: 'root, changed', reply_count: 1 }])
  expect(plain.messages?.[0]).not.toHaveProperty('metadata')
})

test('history comes in pages, newest first, and can be read from a point in time', async () => {
  const bench = await openWorkspace()
  const app = await connectApp(bench, () => {})
  const stamps: string[] = []
  for (const text of ['one', 'two', 'three'])
    stamps.push((await app.client.chat.postMessage({ channel: 'C0HA', text })).ts ?? '')
  const first = await app.client.conversations.history({ channel: 'C0HA', limit: 2 })
  expect(first.messages?.map(each => each.text)).toEqual(['three', 'two'])
  const cursor = first.response_metadata?.next_cursor ?? ''
  const second = await app.client.conversations.history({ channel: 'C0HA', limit: 2, cursor })
  expect([second.messages?.map(each => each.text), second.has_more]).toEqual([['one'], false])
  const later = await app.client.conversations.history({ channel: 'C0HA', oldest: stamps[1] ?? '' })
  expect(later.messages?.map(each => each.text)).toEqual(['three'])
})

test('a response_url is good five times, and for thirty minutes', async () => {
  const bench = await openWorkspace({ now: () => 1_700_000_000_000 })
  const { control } = bench
  const urls: string[] = []
  await connectApp(bench, app => {
    app.command('/ha', async ({ ack, command }) => {
      urls.push(command.response_url)
      await ack()
    })
  })
  await control.command({ user: 'U0ANA', text: '/ha one' })
  await control.command({ user: 'U0ANA', text: '/ha two' })
  const use = (url = '') =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text":"again"}' })
  const statuses: number[] = []
  for (let time = 0; time < 6; time += 1) statuses.push((await use(urls[0])).status)
  expect(statuses).toEqual([200, 200, 200, 200, 200, 404])
  control.clock({ advanceMs: 30 * 60_000 })
  expect(await (await use(urls[1])).json()).toEqual({ ok: false, error: 'expired_url' })
})

function words(text: string) {
  return { type: 'section' as const, text: { type: 'mrkdwn' as const, text } }
}

function approve() {
  const button = {
    type: 'button' as const,
    action_id: 'approve',
    value: 'secret-id',
    text: { type: 'plain_text' as const, text: 'Approve' },
  }
  return { type: 'actions' as const, elements: [button] }
}
