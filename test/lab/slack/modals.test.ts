import type { ViewOutput } from '@slack/bolt'
import { expect, test } from 'vitest'
import { connectApp, handover, openWorkspace } from './connected.ts'
import { approval, option, text, titled } from './views.ts'

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

function nodePicker() {
  const element = { type: 'external_select' as const, action_id: 'node', min_query_length: 1 }
  return { type: 'input' as const, block_id: 'node', label: text('Node'), element }
}
