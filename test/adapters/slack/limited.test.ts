import { expect, test } from 'vitest'
import type { RunEvent } from '../../../src/runs/events.ts'
import { approve, asked, cards } from './conversing.ts'
import { type SlackWorld, slackWorld } from './slack-world.ts'

const FINISHED: RunEvent = {
  type: 'finished',
  outcome: 'succeeded',
  summary: 'server2 runs on node5',
  leftBehind: [],
  next: [],
}

/** Longer than the approval is waited for here. */
const FOR_EVER_S = 30

function isLimited({ workspace }: SlackWorld, method: string): true | undefined {
  const calls = workspace.control.log().filter(entry => entry.kind === 'call' && entry.method === method)
  return calls.some(entry => entry.kind === 'call' && entry.error === 'ratelimited') || undefined
}

test.each(['files.getUploadURLExternal', 'chat.update'])(
  'a limit on %s does not keep an approval waiting',
  { timeout: 60_000 },
  async method => {
    await using world = await slackWorld()
    const { control } = world.workspace
    const first = await asked(world)
    await control.command({ user: 'U0ANA', text: '/ha failover server2' })
    const other = () => cards(world).find(({ ts }) => ts !== first.card.ts)
    const second = await control.until(other, { what: 'the second card' })
    control.fault({ type: 'http_429', method, n: 100, retryAfter: FOR_EVER_S })
    world.desk.journal(first.run, FINISHED)
    await control.until(() => isLimited(world, method), { what: `${method} is limited`, timeoutMs: 15_000 })
    await approve(world, 'U0BO', second)
    const [verdict] = await control.until(() => (world.desk.verdicts.length > 0 ? world.desk.verdicts : undefined), {
      what: 'the approval',
      timeoutMs: 15_000,
    })
    expect(verdict).toMatchObject({ decision: 'approve', speaker: { person: 'bo' } })
  },
)
