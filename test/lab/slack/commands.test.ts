import type { AckFn } from '@slack/bolt'
import { expect, test } from 'vitest'
import { connectApp, handover, message, openWorkspace } from './connected.ts'

test('a slash command shows the acknowledgement to the person who typed it and to nobody else', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  await connectApp(bench, app => {
    app.command('/ha', async ({ ack, command }) => await ack(`accepted: ${command.text}`))
  })
  const done = await control.command({ user: 'U0ANA', text: '/ha failover server2' })
  expect(done).toMatchObject({ ok: true, ack: { text: 'accepted: failover server2' } })
  const hers = control.messages({ channel: 'C0HA', user: 'U0ANA' })
  expect(hers.map(({ said, ephemeral, name }) => ({ said, ephemeral, name }))).toEqual([
    { said: 'accepted: failover server2', ephemeral: true, name: 'ha-bot' },
  ])
  expect(control.messages({ channel: 'C0HA', user: 'U0BO' })).toEqual([])
})

test('people and channels in a command arrive escaped, everything else as typed', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  const heard: string[] = []
  await connectApp(bench, app => {
    app.command('/ha', async ({ ack, command }) => {
      heard.push(command.text)
      await ack()
    })
  })
  await control.command({
    user: 'ana',
    text: '/ha note "a<b & c" for @bo in #ha-pvfs, not @nobody or mail@ana.example',
  })
  expect(heard).toEqual(['note "a&lt;b &amp; c" for <@U0BO|bo> in <#C0HA|ha-pvfs>, not @nobody or mail@ana.example'])
})

test('respond() adds a private message, or a public one, or replaces the message that was clicked', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  await connectApp(bench, app => {
    app.command('/ha', async ({ ack, respond }) => {
      await ack()
      await respond({ response_type: 'in_channel', text: 'for all', blocks: [buttons('open')] })
    })
    app.action('open', async ({ ack, respond }) => {
      await ack()
      await respond({ replace_original: true, text: 'closed' })
      await respond('only for you')
    })
  })
  await control.command({ user: 'U0ANA', text: '/ha open' })
  const card = await message(control, 'open', 'U0BO')
  expect(card.buttons).toMatchObject([{ text: 'open', action_id: 'open' }])
  await control.click({ user: 'U0BO', message_ts: card.ts, button: 'open' })
  await message(control, 'only for you', 'U0BO')
  expect(control.messages({ user: 'U0ANA' }).map(each => each.said)).toEqual(['closed'])
})

test('a command nobody acknowledges within three seconds tells the person that the app did not respond', async () => {
  const bench = await openWorkspace({ now: () => 1_700_000_000_000 })
  const { control } = bench
  const late = handover<AckFn<string>>()
  await connectApp(bench, app => {
    app.command('/ha', async ({ ack }) => late.give(ack))
  })
  const waiting = control.command({ user: 'U0ANA', text: '/ha status' })
  await control.until(all => all.log().some(entry => entry.kind === 'envelope'), { what: 'the envelope' })
  control.clock({ advanceMs: 2_999 })
  expect(control.messages()).toEqual([])
  control.clock({ advanceMs: 1 })
  expect(await waiting).toMatchObject({ ok: false, error: 'operation_timeout' })
  expect(control.messages({ user: 'U0ANA' }).at(0)?.said).toContain("didn't respond (operation_timeout)")
  await (await late.given)()
  await control.until(all => all.log().some(entry => entry.kind === 'ack' && entry.fate === 'late'), {
    what: 'the late acknowledgement',
  })
})

test('a command while no socket is open fails at once', async () => {
  const { control } = await openWorkspace()
  expect(await control.command({ user: 'U0ANA', text: '/ha status' })).toMatchObject({
    ok: false,
    error: 'dispatch_failed',
  })
})

test('a word that is no command of the app is answered by the workspace', async () => {
  const { control } = await openWorkspace()
  expect(await control.say({ user: 'U0ANA', text: '/hah status' })).toMatchObject({
    ok: false,
    error: 'no_such_command',
  })
  expect(control.messages({ user: 'U0ANA' }).at(0)?.said).toContain('/hah is not a command')
})

test('a mention reaches the app with its thread, a plain message does not', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  await connectApp(bench, app => {
    app.event(
      'app_mention',
      async ({ event, say }) =>
        void (await say({ text: `you said ${event.text}`, thread_ts: event.thread_ts ?? event.ts })),
    )
  })
  const plain = await control.say({ user: 'U0ANA', text: 'morning' })
  const root = plain.ok ? plain.ts : undefined
  await control.mention({ user: 'U0BO', text: 'status', thread_ts: root })
  const reply = await control.until(all => all.messages().find(each => each.bot), { what: 'the reply' })
  expect(reply).toMatchObject({ said: 'you said <@U0HABOT> status', thread_ts: root })
  expect(control.messages().filter(each => each.bot)).toHaveLength(1)
})

test('a word to the app alone arrives as a direct message and is answered where nobody else looks', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  await connectApp(bench, app => {
    app.message(async ({ say }) => void (await say('here I am')))
  })
  await control.dm({ user: 'U0DEE', text: 'are you there?' })
  await message(control, 'here I am', 'U0DEE')
  expect(control.messages({ user: 'U0ANA' })).toEqual([])
})

function buttons(action_id: string) {
  return {
    type: 'actions' as const,
    elements: [{ type: 'button' as const, action_id, text: { type: 'plain_text' as const, text: action_id } }],
  }
}
