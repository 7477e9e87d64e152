import { expect, test } from 'vitest'
import type { RunEvent } from '../../../src/runs/events.ts'
import { approve, asked, cardSaying, whisperTo, windowOf } from './conversing.ts'
import { type SlackWorld, slackWorld } from './slack-world.ts'

const REASON = 'the connection to node1 was lost'
const EVIDENCE = 'node1 does not answer since 14:02:11 UTC'

function lost(): RunEvent[] {
  const onNode1 = { step: 'move', host: 'node1', attempt: 1 }
  return [
    { type: 'lease-taken', cluster: 'pvfs', epoch: 7 },
    { type: 'leg-started', leg: 2, worker: 'w1' },
    { type: 'step-started', step: 'move', again: false },
    { type: 'execution-started', ...onNode1, operation: 'op-1' },
    { type: 'execution-finished', ...onNode1, outcome: 'unknown', exitCode: -1, reason: REASON, durationMs: 400 },
    { type: 'step-finished', step: 'move', again: false, outcome: 'unknown', reason: REASON, durationMs: 400 },
    {
      type: 'finished',
      outcome: 'unknown',
      summary: 'It is not known what happened',
      leftBehind: [],
      next: ['/ha resume 42'],
      evidence: [EVIDENCE],
    },
  ]
}

/** Asked by Ana, approved by Bo, and nobody knows what came of it. */
async function unknown(world: SlackWorld) {
  const { run, card } = await asked(world)
  await approve(world, 'U0BO', card)
  await cardSaying(world, 'approved by Bo')
  world.desk.journal(run, ...lost())
  return { run, card: await cardSaying(world, 'Look again') }
}

test('the card of an unknown outcome says what is known and offers to look again, to say that it is done, and to stop here', async () => {
  await using world = await slackWorld()
  const { card } = await unknown(world)
  expect(card.said).toContain(EVIDENCE)
  expect(card.buttons.map(button => button.text)).toEqual(['Look again', 'Mark as done', 'Stop here', 'Details'])
})

test('Look again asks the desk once, whoever presses, and answers them alone', async () => {
  await using world = await slackWorld()
  const { run, card } = await unknown(world)
  const { control } = world.workspace
  control.fault({ type: 'duplicate', n: 1 })
  await control.click({ user: 'U0CY', message_ts: card.ts, button: 'Look again' })
  await whisperTo(world, 'U0CY', 'resume is taken.')
  expect(world.desk.orders).toMatchObject([{ verb: 'resume', run, speaker: { person: 'cy', slackUser: 'U0CY' } }])
})

test('Mark as done asks what was seen, and speaks of the step that was shown', async () => {
  await using world = await slackWorld()
  const { run, card } = await unknown(world)
  const { control } = world.workspace
  await control.click({ user: 'U0BO', message_ts: card.ts, button: 'Mark as done' })
  const window = await windowOf(world, 'U0BO', 'Is this done: Move the group?')
  expect(window.said).toContain(EVIDENCE)
  expect(await control.submit({ user: 'U0BO', values: {} })).not.toMatchObject({ closed: true })
  await control.submit({ user: 'U0BO', values: { reason: 'server2 runs on node5' } })
  await whisperTo(world, 'U0BO', 'mark-done is taken.')
  const order = { verb: 'mark-done', run, step: 'move', reason: 'server2 runs on node5', speaker: { person: 'bo' } }
  expect(world.desk.orders).toMatchObject([order])
})

test('Mark as done pressed on a card that is not up to date says so in the window', async () => {
  await using world = await slackWorld()
  const { run, card } = await unknown(world)
  const { control } = world.workspace
  control.fault({ type: 'edits_fail', ts: card.ts, n: 1 })
  const attestation = { by: 'bot' as const, signature: 'x', at: 0 }
  const speaker = { person: 'cy', via: 'slack' as const, name: 'Cy' }
  world.desk.journal(run, { type: 'resumed', speaker, reason: '', attestation })
  await control.click({ user: 'U0BO', message_ts: card.ts, button: 'Mark as done' })
  await windowOf(world, 'U0BO', 'waits for no such word any more')
})

test('Stop here gives the cluster free', async () => {
  await using world = await slackWorld()
  const { run, card } = await unknown(world)
  await world.workspace.control.click({ user: 'U0CY', message_ts: card.ts, button: 'Stop here' })
  await whisperTo(world, 'U0CY', 'Stopping.')
  expect((await world.desk.feed.load(run))?.state.stop).toMatchObject({ speaker: { person: 'cy' }, afterEnd: true })
  const freed = await cardSaying(world, 'is given free, said Cy')
  expect(freed.buttons.map(button => button.text)).toEqual(['Details'])
})

test('somebody whom Slack does not call a full member presses for nothing', async () => {
  await using world = await slackWorld()
  const { card } = await unknown(world)
  await world.workspace.control.click({ user: 'U0GUS', message_ts: card.ts, button: 'Look again' })
  await whisperTo(world, 'U0GUS', 'You cannot do this here')
  expect(world.desk.orders).toEqual([])
})

test('words that use somebody’s authority are checked like the buttons', async () => {
  await using world = await slackWorld()
  const { control } = world.workspace
  for (const text of ['resume 42', 'mark-done 42 "seen"', 'take-over 42 "why"'])
    await control.command({ user: 'U0GUS', text: `/ha ${text}` })
  await whisperTo(world, 'U0GUS', 'You cannot do this here')
  expect(world.desk.heard).toEqual([])
})
