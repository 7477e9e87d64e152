import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fastWorld, stageFor } from '../support/stage.ts'
import { runsOn } from './cluster-log.ts'
import {
  be,
  CHROMIUM,
  hasChromium,
  heading,
  openBrowser,
  openThread,
  reviewAndApprove,
  sitDown,
  type,
} from './on-the-page.ts'
import { expectInOrder } from './reads.ts'
import { ANA, BO } from './talking.ts'

describe.skipIf(!hasChromium && !process.env['CI'])(`in a browser (skipped without ${CHROMIUM})`, () => {
  const stage = stageFor({ world: fastWorld })
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  }, 60_000)
  afterAll(async () => await browser?.close())

  it('Ana asks for a failover, Bo reads the plan and approves, and both see the card come to its end', async () => {
    const { page, complaints } = await sitDown(browser, stage())
    await type(page, '/ha failover server2')
    await heading(page, 'Failover server2 · node3 → node5')
    await page.getByText('Only visible to you').waitFor()

    await be(page, BO)
    await page.getByText('Only visible to you').waitFor({ state: 'detached' })
    expectInOrder(await reviewAndApprove(page), ['node3', 'node5', 'crm_resource --move', 'crm_resource --clear'])
    await heading(page, 'server2 runs on node5')
    expect(await page.getByRole('button', { name: /approve|Deny|Stop/ }).count()).toBe(0)
    expect(await runsOn(stage().world, 'server2')).toBe('node5')

    const thread = await openThread(page)
    const saving = page.waitForEvent('download')
    await thread.getByRole('link', { name: 'Download' }).click()
    const transcript = await readFile(await (await saving).path(), 'utf8')
    expectInOrder(transcript, ['SUCCEEDED', 'Ana (U0ANA)', 'Bo (U0BO)', 'crm_resource --move', 'server2 runs on node5'])

    await be(page, ANA)
    await heading(page, 'server2 runs on node5')
    const picture = await page.screenshot()
    expect(picture.length).toBeGreaterThan(10_000)
    expect(complaints).toEqual([])
  }, 90_000)
})
