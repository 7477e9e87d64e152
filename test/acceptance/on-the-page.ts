import { existsSync } from 'node:fs'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import type { Stage } from '../../lab/demo/stage.ts'

export const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
export const hasChromium = existsSync(CHROMIUM)

const SWITCHES =
  '--no-sandbox --headless=new --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run'
const CARD_MS = 20_000
const RUN_MS = 60_000

export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES.split(' ') })
}

export interface Desk {
  readonly page: Page
  /** What the browser complained of: errors of scripts, and of its console. */
  readonly complaints: readonly string[]
}

/** A window on the workspace, in which somebody is Ana until they choose to be somebody else. */
export async function sitDown(browser: Browser, { workspace }: Stage): Promise<Desk> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, colorScheme: 'light' })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('console', line => {
    if (line.type() === 'error') complaints.push(line.text())
  })
  await page.goto(workspace.url)
  await page.getByText('ha-bot is connected').waitFor()
  return { page, complaints }
}

export async function be(page: Page, user: string): Promise<void> {
  await page.getByLabel('You are').selectOption(user)
}

export async function type(page: Page, text: string): Promise<void> {
  await page.getByTestId('composer-text').fill(text)
  await page.getByTestId('composer-text').press('Enter')
}

/** The heading of a card, once there is one with these words. */
export async function heading(page: Page, words: string): Promise<Locator> {
  const found = page.getByTestId('messages').getByRole('heading', { name: words })
  await found.waitFor({ timeout: RUN_MS })
  return found
}

/** Opens the plan of the card that waits, reads it in full and agrees. */
export async function reviewAndApprove(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Review and approve' }).click({ timeout: CARD_MS })
  const modal = page.getByTestId('modal')
  await modal.getByText('of the plan that is approved').waitFor({ timeout: CARD_MS })
  const read = (await modal.textContent()) ?? ''
  await modal.getByRole('button', { name: 'Approve', exact: true }).click()
  await modal.waitFor({ state: 'hidden' })
  return read
}

/** Opens the thread of the one card and gives it, once the transcript is in it. */
export async function openThread(page: Page): Promise<Locator> {
  const file = page.getByTestId('thread').getByTestId('file')
  await page.getByRole('button', { name: /\d+ repl(y|ies)/ }).click({ timeout: CARD_MS })
  await file.waitFor({ timeout: CARD_MS })
  return page.getByTestId('thread')
}
