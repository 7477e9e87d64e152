import { request } from 'node:http'
import { expect, test } from 'vitest'
import type { Fault } from '../../../lab/slack/faults.ts'
import type { Entry } from '../../../lab/slack/log.ts'
import type { SeenMessage } from '../../../lab/slack/seen.ts'
import { type Bench, connectApp, openWorkspace } from './connected.ts'

test('everything a test needs goes over HTTP too: say, see, click, break, read the log', async () => {
  const bench = await openWorkspace()
  await connectApp(bench, app => {
    app.command('/ha', async ({ ack }) => {
      await ack({
        text: 'plan',
        blocks: [
          {
            type: 'actions',
            elements: [{ type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }],
          },
        ],
      })
    })
    app.action('go', async ({ ack, respond }) => {
      await ack()
      await respond({ replace_original: true, text: 'gone' })
    })
  })
  expect(await post(bench, 'command', { user: 'U0ANA', text: '/ha status' })).toMatchObject({ ok: true })
  const { messages } = await get(bench, 'messages?channel=C0HA&user=U0ANA')
  expect(messages).toMatchObject([{ ephemeral: true, buttons: [{ text: 'Go' }] }])
  expect(await post(bench, 'click', { user: 'U0ANA', message_ts: messages[0]?.ts, button: 'Go' })).toMatchObject({
    ok: true,
  })
  await bench.control.until(control => control.messages().some(each => each.said === 'gone'), { what: 'the answer' })
  expect(await post(bench, 'fault', { type: 'http_503', n: 1 })).toEqual({ ok: true })
  expect((await get(bench, 'state')).faults).toEqual([{ type: 'http_503', n: 1 }])
  const { log } = await get(bench, 'log')
  expect(log.map(entry => entry.kind)).toEqual(
    expect.arrayContaining(['call', 'socket', 'person', 'envelope', 'ack', 'response-url']),
  )
  expect(JSON.stringify(log)).not.toContain(bench.workspace.botToken)
})

test('a control call that does not fit is told what fits', async () => {
  const bench = await openWorkspace()
  expect(await post(bench, 'command', { usr: 'U0ANA', text: '/ha' })).toMatchObject({
    ok: false,
    error: 'invalid_ask',
    detail: expect.stringContaining('usr'),
  })
  expect(await post(bench, 'clack', {})).toMatchObject({
    error: 'no_such_control',
    detail: expect.stringContaining('click'),
  })
  expect(await post(bench, 'fault', { type: 'http_429' })).toMatchObject({ ok: false, error: 'invalid_ask' })
})

test('a page of another place can neither post nor read: wrong host, foreign origin, no JSON', async () => {
  const bench = await openWorkspace()
  const { host } = new URL(bench.workspace.url)
  const body = JSON.stringify({ user: 'U0ANA', text: 'hello' })
  const json = { 'content-type': 'application/json' }
  expect(await status(bench, '_sim/say', { host: 'evil.example', ...json }, body)).toBe(403)
  expect(await status(bench, '_sim/say', { host, origin: 'http://evil.example', ...json }, body)).toBe(403)
  expect(await status(bench, '_sim/say', { host, 'content-type': 'text/plain' }, body)).toBe(415)
  expect(bench.control.messages()).toEqual([])
  expect(await status(bench, '_sim/say', { host, ...json }, body)).toBe(200)
})

test('the page forbids itself everything but its own files, and only those are served', async () => {
  const { workspace } = await openWorkspace()
  const page = await fetch(workspace.url)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
  expect((await fetch(`${workspace.url}page/..%2fworkspace.ts`)).status).toBe(404)
  expect((await fetch(`${workspace.url}page/workspace.ts`)).status).toBe(404)
  expect((await fetch(`${workspace.url}page/main.js`)).headers.get('content-type')).toContain('text/javascript')
})

test('a WebSocket opens only with a ticket, and each ticket once', async () => {
  const { workspace } = await openWorkspace()
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
  }
  expect(await upgrade(`${workspace.url}link?ticket=guess`, headers)).toBe(403)
  const opened = await fetch(`${workspace.apiUrl}apps.connections.open`, {
    method: 'POST',
    headers: { authorization: `Bearer ${workspace.appToken}` },
  })
  const { url } = (await opened.json()) as { url: string }
  const address = url.replace('ws:', 'http:')
  expect(await upgrade(address, headers)).toBe(101)
  expect(await upgrade(address, headers)).toBe(403)
})

test('waiting ends with the conversation when what is waited for does not come', async () => {
  const { control } = await openWorkspace()
  await control.say({ user: 'U0ANA', text: 'is anybody there?' })
  const waiting = control.until(() => false, { what: 'an answer', timeoutMs: 20 })
  await expect(waiting).rejects.toThrow(/not within 20 ms: an answer\n#ha-pvfs Ana: is anybody there\?/)
})

async function post({ workspace }: Bench, name: string, body: object) {
  const response = await fetch(`${workspace.url}_sim/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return await response.json()
}

interface Seen {
  readonly messages: readonly SeenMessage[]
  readonly faults: readonly Fault[]
  readonly log: readonly Entry[]
}

async function get({ workspace }: Bench, name: string) {
  return (await (await fetch(`${workspace.url}_sim/${name}`)).json()) as Seen
}

/** With node's own client, which lets a test lie about the host. */
function status({ workspace }: Bench, path: string, headers: Record<string, string>, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${workspace.url}${path}`, { method: 'POST', headers }, response => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function upgrade(address: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(address, { headers })
    sent.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve(response.statusCode ?? 0)
    })
    sent.on('response', response => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end()
  })
}
