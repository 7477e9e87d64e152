import { WebClient } from '@slack/web-api'
import { expect, test } from 'vitest'
import { type Bench, openWorkspace, SILENT } from './connected.ts'

test('a 429 names the seconds to wait, for the method and the number of calls it was set for', async () => {
  const bench = await openWorkspace()
  bench.control.fault({ type: 'http_429', method: 'chat.update', n: 2, retryAfter: 7 })
  const { client, ts } = await posted(bench)
  const update = () => client.chat.update({ channel: 'C0HA', ts, text: 'x' })
  await expect(update()).rejects.toMatchObject({ retryAfter: 7 })
  await client.users.info({ user: 'U0BO' })
  await expect(update()).rejects.toMatchObject({ retryAfter: 7 })
  expect(await update()).toMatchObject({ ok: true })
})

test('a lost response means: it happened, and nobody was told', async () => {
  const bench = await openWorkspace()
  bench.control.fault({ type: 'lose_response', method: 'chat.postMessage' })
  await expect(clientOf(bench).chat.postMessage({ channel: 'C0HA', text: 'did it arrive?' })).rejects.toThrow()
  expect(bench.control.messages().map(each => each.said)).toEqual(['did it arrive?'])
  expect(bench.control.log()).toContainEqual(
    expect.objectContaining({ kind: 'call', method: 'chat.postMessage', error: 'response_lost' }),
  )
})

test('a 503 means that nothing happened', async () => {
  const bench = await openWorkspace()
  bench.control.fault({ type: 'http_503' })
  await expect(clientOf(bench).chat.postMessage({ channel: 'C0HA', text: 'x' })).rejects.toMatchObject({
    statusCode: 503,
  })
  expect(bench.control.messages()).toEqual([])
})

test('a method can be made to fail by name, and edits of one message alone', async () => {
  const bench = await openWorkspace()
  const { client, ts } = await posted(bench)
  bench.control.fault({ type: 'fail', method: 'users.info', error: 'fatal_error' })
  await expect(client.users.info({ user: 'U0BO' })).rejects.toThrow('fatal_error')
  expect(await client.users.info({ user: 'U0BO' })).toMatchObject({ ok: true })
  bench.control.fault({ type: 'edits_fail', ts: '1.000001', error: 'edit_window_closed' })
  expect(await client.chat.update({ channel: 'C0HA', ts, text: 'y' })).toMatchObject({ ok: true })
  bench.control.fault({ type: 'edits_fail', ts })
  await expect(client.chat.update({ channel: 'C0HA', ts, text: 'z' })).rejects.toThrow('edit_window_closed')
})

test('a block type the workspace is told not to know is refused by its place', async () => {
  const bench = await openWorkspace()
  const client = clientOf(bench)
  const blocks = [{ type: 'divider' as const }, { type: 'plan' as const, title: 'Failover', tasks: [] }]
  expect(await client.apiCall('blocks.validate', { blocks })).toMatchObject({ ok: true })
  bench.control.fault({ type: 'invalid_block', block: 'plan' })
  await expect(client.chat.postMessage({ channel: 'C0HA', text: 'x', blocks })).rejects.toMatchObject({
    data: {
      error: 'invalid_blocks',
      response_metadata: { messages: ['[ERROR] unsupported type: plan [json-pointer:/blocks/1/type]'] },
    },
  })
})

test('a trigger can be made to live shorter', async () => {
  const bench = await openWorkspace()
  bench.control.fault({ type: 'trigger_ttl', ms: 0 })
  const view = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'x' }, blocks: [] }
  await expect(clientOf(bench).views.open({ trigger_id: 'never-issued', view })).rejects.toThrow('invalid_trigger_id')
})

test('posting is limited to about one a second in a channel, with room for a burst; the clock refills it', async () => {
  const bench = await openWorkspace({ now: () => 1_700_000_000_000 })
  const client = clientOf(bench)
  const post = (channel: string) => client.chat.postMessage({ channel, text: 'x' })
  for (let time = 0; time < 20; time += 1) await post('C0HA')
  await expect(post('C0HA')).rejects.toMatchObject({ retryAfter: 1 })
  expect(await post('C0GENERAL')).toMatchObject({ ok: true })
  bench.control.clock({ advanceMs: 1_000 })
  expect(await post('C0HA')).toMatchObject({ ok: true })
})

test('methods are limited by their tier; a workspace may be opened without limits', async () => {
  const limited = clientOf(await openWorkspace({ now: () => 1_700_000_000_000 }))
  const members = (client: WebClient) => client.usergroups.users.list({ usergroup: 'S0ONCALL' })
  for (let time = 0; time < 20; time += 1) await members(limited)
  await expect(members(limited)).rejects.toMatchObject({ retryAfter: 3 })
  const free = clientOf(await openWorkspace({ rateLimits: false }))
  for (let time = 0; time < 25; time += 1) expect(await members(free)).toMatchObject({ ok: true })
})

test('a delayed answer comes once the time has passed', async () => {
  const bench = await openWorkspace({ now: () => 1_700_000_000_000 })
  bench.control.fault({ type: 'delay', ms: 60_000, method: 'users.info' })
  const waiting = clientOf(bench).users.info({ user: 'U0BO' })
  await bench.control.until(control => control.state().faults.length === 0, { what: 'the call' })
  bench.control.clock({ advanceMs: 60_000 })
  expect(await waiting).toMatchObject({ ok: true })
  expect(bench.control.log().at(-1)).toMatchObject({ kind: 'call', method: 'users.info', latencyMs: 60_000 })
})

function clientOf({ workspace }: Bench): WebClient {
  return new WebClient(workspace.botToken, {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: SILENT,
  })
}

async function posted(bench: Bench): Promise<{ client: WebClient; ts: string }> {
  const client = clientOf(bench)
  const { ts = '' } = await client.chat.postMessage({ channel: 'C0HA', text: 'x' })
  return { client, ts }
}
