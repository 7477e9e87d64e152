import type { ViewOutput } from '@slack/bolt'
import type { ModalView } from '@slack/web-api'
import { expect, test } from 'vitest'
import { connectApp, handover, message, openWorkspace } from './connected.ts'

test('a modal opens for the person who clicked, shows the errors of the app, and closes when it is right', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  await connectApp(bench, app => {
    app.command('/ha', async ({ ack, client, command }) => {
      await ack()
      await client.views.open({ trigger_id: command.trigger_id, view: approval() })
    })
    app.view('approve', async ({ ack, view }) => {
      const typed = view.state.values['node']?.['name']?.value
      if (typed === 'node3') await ack()
      else await ack({ response_action: 'errors', errors: { node: `${typed} is not node3` } })
    })
  })
  await control.command({ user: 'U0BO', text: '/ha approve 42' })
  await control.until(all => all.views({ user: 'U0BO' }).at(0), { what: 'the modal' })
  expect(control.views({ user: 'U0ANA' })).toEqual([])
  expect(await control.submit({ user: 'U0BO' })).toMatchObject({
    error: 'missing_values',
    detail: 'to be filled in: Node',
  })
  expect(await control.submit({ user: 'U0BO', values: { Node: 'node5' } })).toMatchObject({
    closed: false,
    errors: { node: 'node5 is not node3' },
  })
  expect(control.views({ user: 'U0BO' }).at(0)?.errors).toEqual({ node: 'node5 is not node3' })
  expect(await control.submit({ user: 'U0BO', values: { name: 'node3', when: 'In the window' } })).toMatchObject({
    ok: true,
    closed: true,
  })
  expect(control.views()).toEqual([])
})

test('what a person chose arrives as Slack reports it', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  const submitted = handover<ViewOutput>()
  await connectApp(bench, app => {
    app.command('/ha', async ({ ack, client, command }) => {
      await ack()
      await client.views.open({ trigger_id: command.trigger_id, view: approval() })
    })
    app.view('approve', async ({ ack, view }) => {
      await ack()
      submitted.give(view)
    })
  })
  await control.command({ user: 'U0BO', text: '/ha approve 42' })
  await control.until(all => all.views().at(0), { what: 'the modal' })
  await control.submit({ user: 'U0BO', values: { name: 'node3', when: 'window' } })
  const view = await submitted.given
  expect(view.private_metadata).toBe('#42')
  expect(view.state.values).toMatchObject({
    node: { name: { type: 'plain_text_input', value: 'node3' } },
    time: { when: { type: 'radio_buttons', selected_option: { value: 'window' } } },
  })
})

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

test('a select of the app offers what the app suggests, and only that', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  await connectApp(bench, app => {
    app.command('/ha', async ({ ack, client, command }) => {
      await ack()
      await client.views.open({ trigger_id: command.trigger_id, view: { ...titled('pick'), blocks: [nodePicker()] } })
    })
    app.options(
      'node',
      async ({ ack, options }) => await ack({ options: [option(`${options.value}1`), option(`${options.value}2`)] }),
    )
    app.view('titled', async ({ ack }) => await ack())
  })
  await control.command({ user: 'U0BO', text: '/ha x' })
  await control.until(all => all.views().at(0), { what: 'the modal' })
  const view_id = control.views().at(0)?.id
  const suggested = await control.suggest({ user: 'U0BO', view_id, action_id: 'node', value: 'node' })
  expect(suggested).toMatchObject({ ok: true, options: [{ value: 'node1' }, { value: 'node2' }] })
  expect(await control.submit({ user: 'U0BO', values: { node: 'node7' } })).toMatchObject({ error: 'no_such_option' })
  expect(await control.submit({ user: 'U0BO', values: { node: 'node2' } })).toMatchObject({ ok: true, closed: true })
})

test('the home tab shows each person what the app has published for them', async () => {
  const bench = await openWorkspace()
  const { control } = bench
  await connectApp(bench, app => {
    app.event('app_home_opened', async ({ event, client }) => {
      const words = { type: 'mrkdwn' as const, text: `nothing waits for <@${event.user}>` }
      await client.views.publish({
        user_id: event.user,
        view: { type: 'home', blocks: [{ type: 'section', text: words }] },
      })
    })
  })
  await control.home({ user: 'U0CY' })
  const home = await control.until(all => all.homeOf('U0CY'), { what: 'the home tab' })
  expect(home.said).toBe('nothing waits for <@U0CY>')
  expect(control.homeOf('U0ANA')).toBeUndefined()
})

function text(words: string) {
  return { type: 'plain_text' as const, text: words }
}

function option(value: string) {
  return { text: text(value), value }
}

function titled(title: string): ModalView {
  return {
    type: 'modal',
    callback_id: 'titled',
    title: text(title),
    submit: text('Go'),
    blocks: [{ type: 'section', text: text(title) }],
  }
}

function nodePicker() {
  const element = { type: 'external_select' as const, action_id: 'node', min_query_length: 1 }
  return { type: 'input' as const, block_id: 'node', label: text('Node'), element }
}

function approval(): ModalView {
  return {
    type: 'modal',
    callback_id: 'approve',
    private_metadata: '#42',
    title: text('Approve'),
    submit: text('Approve'),
    blocks: [
      {
        type: 'input',
        block_id: 'node',
        label: text('Node'),
        element: { type: 'plain_text_input', action_id: 'name' },
      },
      {
        type: 'input',
        block_id: 'time',
        label: text('When'),
        element: {
          type: 'radio_buttons',
          action_id: 'when',
          initial_option: { text: text('Now'), value: 'now' },
          options: [
            { text: text('Now'), value: 'now' },
            { text: text('In the window'), value: 'window' },
          ],
        },
      },
    ],
  }
}
