import { expect, test } from 'vitest'
import { approve, asked, cardSaying, cards, replySaying, whisperTo, windowOf } from './conversing.ts'
import { slackWorld } from './slack-world.ts'

test('a command becomes one card with its plan, and a second person approves it in a window', async () => {
  await using world = await slackWorld()
  const { card } = await asked(world)
  await whisperTo(world, 'U0ANA', 'nothing runs before somebody approves it')
  expect(card.said).toContain('crm_resource --move')
  expect(card.buttons.map(button => button.text)).toEqual(['Review and approve', 'Deny', 'Details'])
  expect(await approve(world, 'U0BO', card)).toMatchObject({ ok: true, closed: true })
  const decided = await cardSaying(world, 'approved by Bo')
  expect(decided.ts).toBe(card.ts)
  expect(decided.buttons.map(button => button.text)).not.toContain('Review and approve')
  expect(world.desk.verdicts).toMatchObject([{ decision: 'approve', speaker: { person: 'bo', slackUser: 'U0BO' } }])
  expect(world.desk.heard).toMatchObject([
    { text: 'failover server2', speaker: { person: 'ana', name: 'Ana', channel: 'C0HA' } },
  ])
  await whisperTo(world, 'U0BO', '#42 approved by you')
})

test('the approvers are called once, in the thread', async () => {
  await using world = await slackWorld()
  const { card } = await asked(world)
  const call = await replySaying(world, 'waits for approval')
  expect(call.thread_ts).toBe(card.ts)
  expect(JSON.stringify(call.blocks)).toContain('S0ONCALL')
})

test('a refusal by the desk, such as approving what you asked for, is told to the one who pressed', async () => {
  await using world = await slackWorld()
  const { card } = await asked(world)
  await approve(world, 'U0ANA', card)
  await whisperTo(world, 'U0ANA', 'somebody else must agree')
  expect(
    world.workspace.control
      .messages({ user: 'U0BO' })
      .map(message => message.said)
      .join(),
  ).not.toContain('somebody else')
})

test('pressing twice decides once', async () => {
  await using world = await slackWorld()
  const { card } = await asked(world)
  await world.workspace.control.click({ user: 'U0BO', message_ts: card.ts, button: 'Review and approve' })
  await world.workspace.control.click({ user: 'U0BO', message_ts: card.ts, button: 'Review and approve' })
  await windowOf(world, 'U0BO', 'crm_resource --move')
  world.workspace.control.fault({ type: 'duplicate', n: 1 })
  await world.workspace.control.submit({ user: 'U0BO' })
  await cardSaying(world, 'approved by Bo')
  expect(world.desk.verdicts).toHaveLength(1)
})

test('a person who comes late reads who decided and when, in the window', async () => {
  await using world = await slackWorld()
  const { card } = await asked(world)
  const { control } = world.workspace
  await control.click({ user: 'U0CY', message_ts: card.ts, button: 'Review and approve' })
  await windowOf(world, 'U0CY', 'crm_resource --move')
  await approve(world, 'U0BO', card)
  await cardSaying(world, 'approved by Bo')
  await control.submit({ user: 'U0CY' })
  await whisperTo(world, 'U0CY', 'already approved by Bo')
})

test('what must be typed is compared in the window, before anything is decided', async () => {
  await using world = await slackWorld({ confirm: 'node5' })
  const { card } = await asked(world)
  expect(await approve(world, 'U0BO', card, { confirm: 'node3' })).toMatchObject({
    closed: false,
    errors: { confirm: 'This must be exactly node5.' },
  })
  expect(world.desk.verdicts).toEqual([])
  expect(
    await world.workspace.control.submit({ user: 'U0BO', values: { confirm: 'node5', reason: 'switch is back' } }),
  ).toMatchObject({
    closed: true,
  })
  await cardSaying(world, 'approved by Bo')
  expect(world.desk.verdicts).toMatchObject([{ confirm: 'node5', reason: 'switch is back' }])
})

test('denying asks why, and the card says it', async () => {
  await using world = await slackWorld()
  const { card } = await asked(world)
  await world.workspace.control.click({ user: 'U0CY', message_ts: card.ts, button: 'Deny' })
  await windowOf(world, 'U0CY', 'Why not')
  await world.workspace.control.submit({ user: 'U0CY', values: { reason: 'backup is running' } })
  await cardSaying(world, 'denied by Cy')
  expect(world.desk.verdicts).toMatchObject([{ decision: 'deny', reason: 'backup is running' }])
})

test('a typing error is answered in private with a button that only asks again', async () => {
  await using world = await slackWorld()
  await world.workspace.control.command({ user: 'U0ANA', text: '/ha failover sevrer2' })
  const refusal = await whisperTo(world, 'U0ANA', 'Did you mean server2?')
  expect(refusal.said).toContain('^^^^^^^')
  expect(cards(world)).toEqual([])
  await world.workspace.control.click({ user: 'U0ANA', message_ts: refusal.ts, button: 'Use server2' })
  await cardSaying(world, 'Review and approve')
  expect(world.desk.heard.map(({ text }) => text)).toEqual(['failover sevrer2', 'failover server2'])
})

test('what only reads is answered once, with a table', async () => {
  await using world = await slackWorld()
  await world.workspace.control.command({ user: 'U0DEE', text: '/ha status' })
  const found = () =>
    world.workspace.control.messages({ channel: 'C0HA' }).find(message => message.said.includes('node   state'))
  const answer = await world.workspace.control.until(found, { what: 'the status' })
  expect(JSON.stringify(answer.blocks)).toContain('rich_text_preformatted')
  expect(answer.buttons).toEqual([])
})

test('help is told to the asker alone', async () => {
  await using world = await slackWorld()
  await world.workspace.control.command({ user: 'U0DEE', text: '/ha help' })
  await whisperTo(world, 'U0DEE', 'failover <group>')
  expect(world.workspace.control.messages({ user: 'U0ANA' })).toEqual([])
})

test('a mention in a thread speaks the same language, and its answer stays there', async () => {
  await using world = await slackWorld()
  const { card } = await asked(world)
  await world.workspace.control.mention({ user: 'U0BO', channel: 'C0HA', thread_ts: card.ts, text: 'help' })
  const answer = await whisperTo(world, 'U0BO', 'failover <group>')
  expect(answer.thread_ts).toBe(card.ts)
  expect(world.desk.heard.at(-1)).toMatchObject({ text: 'help', speaker: { person: 'bo' } })
})

test('Stop asks the desk; Details shows every command in a window', async () => {
  await using world = await slackWorld()
  const { run, card } = await asked(world)
  await world.workspace.control.click({ user: 'U0CY', message_ts: card.ts, button: 'Details' })
  await windowOf(world, 'U0CY', 'undo:')
  await approve(world, 'U0BO', card)
  world.desk.journal(run, { type: 'leg-started', leg: 2, worker: 'w1' })
  await cardSaying(world, 'Stop')
  await world.workspace.control.click({ user: 'U0CY', message_ts: card.ts, button: 'Stop' })
  await whisperTo(world, 'U0CY', 'Stopping.')
  expect((await world.desk.feed.load(run))?.state.stop).toMatchObject({ speaker: { person: 'cy' } })
})

test('a desk that is slow is said to be, and its answer follows', async () => {
  await using world = await slackWorld()
  let resolve = () => {}
  const promise = new Promise<void>(done => {
    resolve = done
  })
  world.desk.hold(promise)
  const said = await world.workspace.control.command({ user: 'U0ANA', text: '/ha failover server2' })
  expect(said).toMatchObject({ ok: true })
  await whisperTo(world, 'U0ANA', 'NOT accepted yet')
  expect(cards(world)).toEqual([])
  resolve()
  await whisperTo(world, 'U0ANA', 'nothing runs before somebody approves it')
  await cardSaying(world, 'Review and approve')
})
