import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Bench, connectApp, openWorkspace } from './connected.ts'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const SWITCHES =
  '--no-sandbox --headless=new --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run'
const HOSTILE = '<img src=x onerror="document.title=\'owned\'"> & <script>'

describe.skipIf(!existsSync(CHROMIUM))(`the page in a browser (skipped without ${CHROMIUM})`, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES.split(' ') })
  }, 30_000)
  afterAll(async () => await browser?.close())

  test('a person types a command, another one approves in a modal, and both see the card change', {
    timeout: 30_000,
  }, async () => {
    const bench = await openWorkspace()
    await connectApprovals(bench)
    const page = await openPage(browser, bench)
    await page.getByTestId('composer-text').fill('/ha failover server2')
    await page.getByTestId('composer-text').press('Enter')
    await page.getByText('Only visible to you').waitFor()
    await page.getByRole('heading', { name: 'Failover server2' }).waitFor()
    const other = await openPage(browser, bench, '#C0HA?as=U0BO')
    expect(await other.getByLabel('You are').inputValue()).toBe('U0BO')
    expect(await other.getByText('Only visible to you').count()).toBe(0)
    await other.getByRole('button', { name: 'Review' }).click()
    const modal = other.getByTestId('modal')
    await modal.getByLabel('Node').fill('node5')
    await modal.getByRole('button', { name: 'Approve' }).click()
    await modal.getByText('node5 is not node3').waitFor()
    await modal.getByLabel('Node').fill('node3')
    await modal.getByRole('button', { name: 'Approve' }).click()
    await modal.waitFor({ state: 'hidden' })
    await other.getByText('approved by @Bo').waitFor()
    await page.getByText('approved by @Bo').waitFor()
    expect(await page.getByRole('button', { name: 'Review' }).count()).toBe(0)
  })

  test('a button that asks to be confirmed does nothing until the person agrees', { timeout: 30_000 }, async () => {
    const bench = await openWorkspace()
    await connectApprovals(bench)
    const page = await openPage(browser, bench)
    await bench.control.command({ user: 'U0ANA', text: '/ha failover server2' })
    await page.getByLabel('You are').selectOption({ label: 'Cy · on call' })
    const deny = page.getByRole('button', { name: 'Deny', exact: true })
    await deny.click()
    await page.getByTestId('confirm').getByRole('button', { name: 'Back' }).click()
    await deny.click()
    await page.getByTestId('confirm').getByRole('button', { name: 'Deny it' }).click()
    await page.getByText('denied by @Cy').waitFor()
    expect(bench.control.log().filter(entry => entry.kind === 'person' && entry.did === 'Deny')).toHaveLength(1)
  })

  test('a thread holds its replies and files, a file can be saved, and hostile text stays text', {
    timeout: 30_000,
  }, async () => {
    const bench = await openWorkspace()
    const app = await connectApprovals(bench)
    const root = await app.client.chat.postMessage({ channel: 'C0HA', text: 'run #42' })
    const output = { type: 'rich_text_preformatted' as const, elements: [{ type: 'text' as const, text: HOSTILE }] }
    await app.client.chat.postMessage({
      channel: 'C0HA',
      text: 'output',
      thread_ts: root.ts ?? '',
      blocks: [{ type: 'rich_text', elements: [output] }],
    })
    await app.client.filesUploadV2({
      channel_id: 'C0HA',
      thread_ts: root.ts ?? '',
      filename: 'run-42.txt',
      content: HOSTILE,
    })
    const page = await openPage(browser, bench)
    await page.getByRole('button', { name: '2 replies' }).click()
    const thread = page.getByTestId('thread')
    expect(await thread.locator('.rich pre').textContent()).toBe(HOSTILE)
    const saving = page.waitForEvent('download')
    await thread.getByTestId('file').getByRole('link', { name: 'Download' }).click()
    expect(await readFile(await (await saving).path(), 'utf8')).toBe(HOSTILE)
    await page.getByTestId('thread-composer-text').fill('@ha status')
    await page.getByTestId('thread-composer-text').press('Enter')
    await thread.getByText('all is well').waitFor()
    expect(await page.title()).toBe('#ha-pvfs · HA lab')
  })

  test('on a phone the conversations are behind a button, and the home tab is one of them', {
    timeout: 30_000,
  }, async () => {
    const bench = await openWorkspace()
    await connectApp(bench, app => {
      app.event('app_home_opened', async ({ event, client }) => {
        await client.views.publish({
          user_id: event.user,
          view: { type: 'home', blocks: [{ type: 'header', text: text('Nothing waits for you') }] },
        })
      })
    })
    const page = await openPage(browser, bench)
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.getByRole('button', { name: 'ha-bot home' }).isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Channels' }).click()
    await page.getByRole('button', { name: 'ha-bot home' }).click()
    await page.getByRole('heading', { name: 'Nothing waits for you' }).waitFor()
    expect(await page.getByTestId('composer').isVisible()).toBe(false)
  })
})

async function openPage(browser: Browser, { workspace }: Bench, address = ''): Promise<Page> {
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('console', line => {
    if (line.type() === 'error') complaints.push(line.text())
  })
  onTestFinished(async () => {
    await page.close()
    expect(complaints).toEqual([])
  })
  await page.goto(workspace.url + address)
  await page.getByText('ha-bot is connected').waitFor()
  return page
}

/** The least app that has a card, a modal and a decision. */
function connectApprovals(bench: Bench) {
  return connectApp(bench, app => {
    app.command('/ha', async ({ ack, client, command }) => {
      await ack('on it')
      await client.chat.postMessage({ channel: command.channel_id, text: 'plan', blocks: card() })
    })
    app.action('review', async ({ ack, body, client }) => {
      await ack()
      const [trigger_id, ts] = [
        Reflect.get(body, 'trigger_id'),
        Reflect.get(Reflect.get(body, 'container'), 'message_ts'),
      ]
      await client.views.open({ trigger_id, view: { ...modal(), private_metadata: ts } })
    })
    app.action('deny', async ({ ack, body, respond }) => {
      await ack()
      await respond({ replace_original: true, text: `denied by <@${body.user.id}>` })
    })
    app.view('approve', async ({ ack, body, view, client }) => {
      const typed = view.state.values['node']?.['name']?.value
      if (typed !== 'node3') return await ack({ response_action: 'errors', errors: { node: `${typed} is not node3` } })
      await ack()
      await client.chat.update({ channel: 'C0HA', ts: view.private_metadata, text: `approved by <@${body.user.id}>` })
    })
    app.event('app_mention', async ({ event, client }) => {
      await client.chat.postMessage({
        channel: event.channel,
        thread_ts: event.thread_ts ?? event.ts,
        text: 'all is well',
      })
    })
  })
}

function text(words: string) {
  return { type: 'plain_text' as const, text: words }
}

function card() {
  const confirm = {
    title: text('Deny?'),
    text: text('Nothing will run.'),
    confirm: text('Deny it'),
    deny: text('Back'),
  }
  const review = { type: 'button' as const, action_id: 'review', style: 'primary' as const, text: text('Review') }
  const deny = { type: 'button' as const, action_id: 'deny', style: 'danger' as const, text: text('Deny'), confirm }
  return [
    { type: 'header' as const, text: text('Failover server2') },
    { type: 'actions' as const, elements: [review, deny] },
  ]
}

function modal() {
  const element = { type: 'plain_text_input' as const, action_id: 'name' }
  const input = { type: 'input' as const, block_id: 'node', label: text('Node'), element }
  return {
    type: 'modal' as const,
    callback_id: 'approve',
    title: text('Approve'),
    submit: text('Approve'),
    blocks: [input],
  }
}
