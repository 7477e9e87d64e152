import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { raiseStage } from '../lab/demo/stage.ts'
import { startSimulatedWorld } from '../lab/simulated/world.ts'
import {
  be,
  heading,
  openBrowser,
  openThread,
  reviewAndApprove,
  sitDown,
  type,
} from '../test/acceptance/on-the-page.ts'

/** Makes the pictures of docs/images (or `--into FOLDER`) from the demo as it is: node --import tsx docs/make-screenshots.ts */
const { values } = parseArgs({ options: { into: { type: 'string' } } })
const into = values.into ?? fileURLToPath(new URL('images', import.meta.url))

const stage = await raiseStage({
  world: folder => startSimulatedWorld({ name: 'pvfs-pacemaker', folder, pace: 0.2 }),
  port: 0,
  say: () => undefined,
})
try {
  await mkdir(into, { recursive: true })
  await takePictures(into)
} finally {
  await stage.close()
}

async function takePictures(folder: string): Promise<void> {
  const browser = await openBrowser()
  try {
    const { page } = await sitDown(browser, stage)
    await type(page, '/ha failover server2')
    await heading(page, 'Failover server2 · node3 → node5')
    await be(page, 'U0BO')
    await page.getByRole('button', { name: 'Review and approve' }).waitFor()
    await picture(page, join(folder, 'card-waiting.png'))
    await reviewAndApprove(page)
    await heading(page, 'server2 runs on node5')
    await openThread(page)
    await picture(page, join(folder, 'card-done.png'))
  } finally {
    await browser.close()
  }
}

/** As tall as what is said needs, so that no card is cut. */
async function picture(page: Page, path: string): Promise<void> {
  const hidden = await page.getByTestId('messages').evaluate(log => log.scrollHeight - log.clientHeight)
  await page.setViewportSize({ width: 1200, height: 900 + Math.max(0, hidden) })
  await page.screenshot({ path })
  await page.setViewportSize({ width: 1200, height: 900 })
}
