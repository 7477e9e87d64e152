import { expect, test } from 'vitest'
import { connectApp, message, openWorkspace } from './connected.ts'
import { approval, titled } from './views.ts'

test('a trigger is good once and for three seconds', async () => {
  const bench = await openWorkspace({ now: () => 1_700_000_000_000 })
  const { control } = bench
  const triggers: string[] = []
  const app = await connectApp(bench, listening => {
    listening.command('/ha', async ({ ack, command }) => {
      triggers.push(command.trigger_id)
      await ack()
    })
  })
  const open = () => app.client.views.open({ trigger_id: triggers.at(-1) ?? '', view: approval() })
  await control.command({ user: 'U0BO', text: '/ha approve' })
  control.clock({ advanceMs: 2_999 })
  await open()
  await expect(open()).rejects.toThrow('exchanged_trigger_id')
  await control.command({ user: 'U0BO', text: '/ha approve' })
  control.clock({ advanceMs: 3_000 })
  await expect(open()).rejects.toThrow('expired_trigger_id')
})

test('views stack three deep, update only with the right hash, and closing brings back the one below', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  const triggers: string[] = []
  const app = await connectApp(bench, listening => {
    listening.command('/ha', async ({ ack, command }) => {
      triggers.push(command.trigger_id)
      await ack()
    })
  })
  const trigger = async () => {
    await control.command({ user: 'U0BO', text: '/ha x' })
    return triggers.at(-1) ?? ''
  }
  const first = await app.client.views.open({ trigger_id: await trigger(), view: titled('one') })
  await app.client.views.push({ trigger_id: await trigger(), view: titled('two') })
  await app.client.views.push({ trigger_id: await trigger(), view: titled('three') })
  await expect(app.client.views.push({ trigger_id: await trigger(), view: titled('four') })).rejects.toThrow(
    'push_limit_reached',
  )
  await control.closeView({ user: 'U0BO' })
  expect(control.views({ user: 'U0BO' }).map(view => view.title)).toEqual(['one', 'two'])
  const { id = '', hash = '' } = first.view ?? {}
  await app.client.views.update({ view_id: id, hash, view: titled('changed') })
  await expect(app.client.views.update({ view_id: id, hash, view: titled('again') })).rejects.toThrow('hash_conflict')
  expect(control.views({ user: 'U0BO' }).map(view => view.title)).toEqual(['changed', 'two'])
})

test('an answer can update, push onto and clear the stack', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  await connectApp(bench, app => {
    app.command('/ha', async ({ ack, client, command }) => {
      await ack()
      await client.views.open({ trigger_id: command.trigger_id, view: titled('update') })
    })
    app.view('titled', async ({ ack, view }) => {
      if (view.title.text === 'update') await ack({ response_action: 'update', view: titled('push') })
      else if (view.title.text === 'push') await ack({ response_action: 'push', view: titled('clear') })
      else await ack({ response_action: 'clear' })
    })
  })
  await control.command({ user: 'U0BO', text: '/ha x' })
  await control.until(all => all.views().at(0), { what: 'the modal' })
  const titles = () => control.views().map(view => view.title)
  await control.submit({ user: 'U0BO' })
  expect(titles()).toEqual(['push'])
  await control.submit({ user: 'U0BO' })
  expect(titles()).toEqual(['push', 'clear'])
  expect(await control.submit({ user: 'U0BO' })).toMatchObject({ closed: true })
  expect(titles()).toEqual([])
})

test('cancelling a modal is reported to an app that asked to be told', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  await connectApp(bench, app => {
    app.command('/ha', async ({ ack, client, command }) => {
      await ack()
      await client.views.open({ trigger_id: command.trigger_id, view: { ...titled('ask'), notify_on_close: true } })
    })
    app.view({ callback_id: 'titled', type: 'view_closed' }, async ({ ack, client, body }) => {
      await ack()
      await client.chat.postMessage({ channel: 'C0HA', text: `closed by ${body.user.id}` })
    })
  })
  await control.command({ user: 'U0BO', text: '/ha x' })
  await control.until(all => all.views().at(0), { what: 'the modal' })
  expect(await control.closeView({ user: 'U0BO' })).toEqual({ ok: true })
  await message(control, 'closed by U0BO')
})
