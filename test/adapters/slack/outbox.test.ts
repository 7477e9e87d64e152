import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { RunEvent } from '../../../src/runs/events.ts'
import { samplePlan, sampleStatus } from '../../support/sample-plan.ts'
import { approve, asked, cardSaying, cards, replies, replySaying, whisperTo } from './conversing.ts'
import { type SlackWorld, slackWorld } from './slack-world.ts'

/** For what waits out a fault, as the bot does. */
const PATIENT = { timeout: 20_000 }

const FINISHED: RunEvent = {
  type: 'finished',
  outcome: 'succeeded',
  summary: 'server2 runs on node5\nmoved from node3',
  leftBehind: [],
  next: [],
}

function calls({ workspace }: SlackWorld, method: string): number {
  return workspace.control.log().filter(entry => entry.kind === 'call' && entry.method === method).length
}

async function transcriptPosted(world: SlackWorld) {
  const found = () => replies(world).find(message => message.files.length > 0)
  return await world.workspace.control.until(found, { what: 'the transcript in the thread', timeoutMs: 10_000 })
}

test('a card whose answer was lost is found again and not posted twice', async () => {
  await using world = await slackWorld()
  world.workspace.control.fault({ type: 'lose_response', method: 'chat.postMessage', n: 1 })
  const { run, card } = await asked(world)
  await approve(world, 'U0BO', card)
  await cardSaying(world, 'approved by Bo')
  world.desk.journal(run, FINISHED)
  await cardSaying(world, 'server2 runs on node5')
  expect(cards(world)).toHaveLength(1)
})

test('replies whose answers were lost are in the thread once', PATIENT, async () => {
  await using world = await slackWorld()
  const { card } = await asked(world)
  await replySaying(world, 'waits for approval')
  world.workspace.control.fault({ type: 'lose_response', method: 'chat.postMessage', n: 2 })
  world.desk.journal(world.desk.runs()[0] ?? '', FINISHED)
  await transcriptPosted(world)
  expect(replies(world).filter(message => message.said.includes('server2 runs on node5'))).toHaveLength(1)
  expect(cards(world).map(({ ts }) => ts)).toEqual([card.ts])
})

test.each([
  ['http_503', { type: 'http_503', method: 'chat.postMessage', n: 2 } as const],
  ['429', { type: 'http_429', method: 'chat.postMessage', n: 1, retryAfter: 1 } as const],
  ['an internal error', { type: 'fail', method: 'chat.postMessage', error: 'internal_error', n: 2 } as const],
])('a card is posted once although Slack answers %s at first', PATIENT, async (_, fault) => {
  await using world = await slackWorld()
  world.workspace.control.fault(fault)
  await world.workspace.control.command({ user: 'U0ANA', text: '/ha failover server2' })
  const found = () => cards(world).find(message => message.said.includes('Failover server2'))
  await world.workspace.control.until(found, { what: 'the card', timeoutMs: 12_000 })
  expect(cards(world)).toHaveLength(1)
})

test('a command that Slack delivers twice starts one run', async () => {
  await using world = await slackWorld()
  world.workspace.control.fault({ type: 'duplicate', n: 2 })
  await asked(world)
  await world.workspace.control.until(() => world.desk.heard.length > 1, { what: 'the second delivery' })
  expect(world.desk.runs()).toHaveLength(1)
  expect(cards(world)).toHaveLength(1)
})

test('many changes of a run become few edits, and the last one is shown', async () => {
  await using world = await slackWorld({ editEveryMs: 300 })
  const { run, card } = await asked(world)
  await approve(world, 'U0BO', card)
  const before = calls(world, 'chat.update')
  world.desk.journal(run, { type: 'step-started', step: 'move', again: false })
  for (let at = 1; at <= 40; at += 1) {
    world.desk.journal(run, { type: 'step-progress', step: 'move', host: 'node1', text: `moved ${at} of 40` })
    await new Promise(setImmediate)
  }
  await cardSaying(world, 'moved 40 of 40')
  expect(calls(world, 'chat.update') - before).toBeLessThan(8)
})

test('an edit that Slack limits is made once it may be', PATIENT, async () => {
  await using world = await slackWorld()
  const { run, card } = await asked(world)
  world.workspace.control.fault({ type: 'http_429', method: 'chat.update', n: 1, retryAfter: 1 })
  await approve(world, 'U0BO', card)
  world.desk.journal(run, FINISHED)
  const ended = await cardSaying(world, 'server2 runs on node5')
  expect(ended.ts).toBe(card.ts)
})

test('a card that cannot be edited any more is posted anew, and the old one left alone', async () => {
  await using world = await slackWorld()
  const { run, card } = await asked(world)
  world.workspace.control.fault({ type: 'edits_fail', ts: card.ts, error: 'message_not_found', n: 100 })
  await approve(world, 'U0BO', card)
  const anew = await cardSaying(world, 'approved by Bo')
  expect(anew.ts).not.toBe(card.ts)
  world.desk.journal(run, FINISHED)
  await cardSaying(world, 'server2 runs on node5')
  expect(cards(world)).toHaveLength(2)
})

test('the transcript is filed in the thread once, whatever restarts', PATIENT, async () => {
  await using world = await slackWorld()
  const { run } = await asked(world)
  world.desk.journal(run, FINISHED)
  const filed = await transcriptPosted(world)
  expect(filed.files).toMatchObject([{ name: 'server2-42.txt', preview: `transcript of ${run}\n` }])
  await world.restart()
  await world.workspace.control.until(() => world.surface().sockets() > 0, { what: 'a socket' })
  world.desk.journal(run, { type: 'lease-released', cluster: 'pvfs', epoch: 1 })
  await world.workspace.control.command({ user: 'U0ANA', text: '/ha failover server2' })
  await world.workspace.control.until(() => cards(world).length === 2, { what: 'the card of the next run' })
  expect(replies(world).filter(message => message.files.length > 0)).toHaveLength(1)
})

test('a transcript whose last answer was lost is found in the thread and not filed again', PATIENT, async () => {
  await using world = await slackWorld()
  world.workspace.control.fault({ type: 'lose_response', method: 'files.completeUploadExternal', n: 1 })
  const { run } = await asked(world)
  world.desk.journal(run, FINISHED)
  await transcriptPosted(world)
  await expect.poll(() => world.store.rows.get(`${run}:transcript`), { timeout: 10_000 }).toContain('"shared":true')
  expect(replies(world).filter(message => message.files.length > 0)).toHaveLength(1)
})

test('a transcript that is not sealed yet is waited for', async () => {
  let sealed = false
  await using world = await slackWorld({
    transcript: async () => {
      const now = sealed
      sealed = true
      return now ? { filename: 'late.txt', content: 'late' } : undefined
    },
  })
  const { run } = await asked(world)
  world.desk.journal(run, FINISHED)
  expect((await transcriptPosted(world)).files).toMatchObject([{ name: 'late.txt' }])
})

test('what happened while the bot was away is shown when it is back', async () => {
  await using world = await slackWorld()
  const { run, card } = await asked(world)
  await replySaying(world, 'waits for approval')
  await world.stopBot()
  world.desk.journal(run, FINISHED)
  await world.restart()
  const ended = await cardSaying(world, 'server2 runs on node5')
  expect(ended.ts).toBe(card.ts)
  expect(replies(world).filter(message => message.said.includes('waits for approval'))).toHaveLength(1)
})

test('what went wrong on a node is told in the thread with the end of its output, and the end in the channel too', async () => {
  await using world = await slackWorld()
  const { run } = await asked(world)
  world.desk.journal(
    run,
    { type: 'step-started', step: 'move', again: false },
    { type: 'execution-started', step: 'move', host: 'node1', attempt: 1, operation: 'op' },
    {
      type: 'execution-finished',
      step: 'move',
      host: 'node1',
      attempt: 1,
      outcome: 'failed',
      exitCode: 1,
      reason: 'exit 1',
      durationMs: 12,
      stderr: { file: 'move.node1.err', bytes: 20, sha256: '', tail: 'Error: <!channel> no such resource' },
    },
    { type: 'step-finished', step: 'move', again: false, outcome: 'failed', reason: 'exit 1 on node1', durationMs: 12 },
    { type: 'finished', outcome: 'failed', summary: 'server2 was not moved', leftBehind: [], next: ['look at node1'] },
  )
  const told = await replySaying(world, 'no such resource')
  expect(JSON.stringify(told.blocks)).toContain('rich_text_preformatted')
  expect((await replySaying(world, 'next: look at node1')).broadcast).toBe(true)
})

test('a channel the bot may not write to: the card comes to the asker, and says what to do', async () => {
  await using world = await slackWorld()
  world.workspace.control.fault({ type: 'fail', method: 'chat.postMessage', error: 'not_in_channel', n: 1 })
  await world.workspace.control.command({ user: 'U0ANA', text: '/ha failover server2' })
  const found = () =>
    world.workspace.control
      .messages()
      .find(message => message.channel !== 'C0HA' && message.said.includes('Failover server2'))
  const card = await world.workspace.control.until(found, { what: 'the card in the conversation with Ana' })
  expect(card.said).toContain('Invite it there')
})

test('a run that was refused is told to its asker alone', async () => {
  await using world = await slackWorld({ plans: false })
  await world.workspace.control.command({ user: 'U0ANA', text: '/ha failover server2' })
  const run = world.desk.runs()[0] ?? ''
  const problem = { code: 'held', message: 'pvfs is held by #41.', next: '/ha show 41' }
  world.desk.journal(run, { type: 'refused', problems: [problem] })
  await whisperTo(world, 'U0ANA', 'pvfs is held by #41.')
  expect(world.workspace.control.messages({ user: 'U0BO' })).toEqual([])
})

test('a plan is not shown before it asks or acts', async () => {
  await using world = await slackWorld({ plans: false })
  await world.workspace.control.command({ user: 'U0ANA', text: '/ha failover server2' })
  const run = world.desk.runs()[0] ?? ''
  world.desk.journal(run, { type: 'planned', plan: samplePlan(run), digest: 'd', status: sampleStatus() })
  const held = { ...FINISHED, outcome: 'refused' as const, summary: 'server2 already runs on node5' }
  world.desk.journal(run, held)
  await whisperTo(world, 'U0ANA', 'server2 already runs on node5')
  expect(cards(world)).toEqual([])
})

test('a message whose blocks Slack does not take is sent as text', async () => {
  await using world = await slackWorld()
  const { control } = world.workspace
  control.fault({ type: 'invalid_block', block: 'header' })
  await control.command({ user: 'U0ANA', text: '/ha failover server2' })
  const found = () => control.messages({ user: 'U0BO' }).find(message => message.text.includes('ha runs'))
  const message = await control.until(found, { what: 'a message without blocks' })
  expect(message.text).toContain('Failover server2')
  expect(message.blocks).toEqual([])
})

test(
  'a transcript too long for Slack is filed by its head, its tail and the digest of the whole',
  PATIENT,
  async () => {
    const content = Buffer.concat([
      Buffer.from('the beginning\n'),
      Buffer.alloc(21 * 1024 * 1024, 'x'),
      Buffer.from('\nthe end'),
    ])
    await using world = await slackWorld({ transcript: async () => ({ filename: 'long.txt', content }) })
    const { run } = await asked(world)
    world.desk.journal(run, FINISHED)
    await transcriptPosted(world)
    const [file] = world.workspace.control.files()
    expect(file?.size).toBeLessThanOrEqual(20 * 1024 * 1024)
    expect(file?.text.startsWith('the beginning') && file.text.endsWith('the end')).toBe(true)
    expect(file?.text).toContain(createHash('sha256').update(content).digest('hex'))
  },
)
