import { describe, expect, it } from 'vitest'
import { watchRun } from '../../src/cli/watch-run.ts'
import type { RunState } from '../../src/runs/state.ts'
import { fastWorld, stageFor } from '../support/stage.ts'
import { changes, lines, runsOn } from './cluster-log.ts'
import { ANA, approve, asked, BO, CHANNEL, CY, cardWith, ended, open, runOnce, type, whisper } from './talking.ts'

/** The silence of a node that is waited for, and room for slow machines. */
const TEST_MS = 180_000

describe('a change whose node does not answer any more', () => {
  const stage = stageFor({ world: fastWorld })

  /** Node1 takes the move, is busy with it, and cannot be reached from then on. */
  async function unknown() {
    const { world, workspace } = stage()
    const { number, card } = await asked(stage(), '/ha failover server2')
    world.control.delayCommand('crm_resource', 3_000)
    await approve(stage(), BO, card)
    await runOnce(stage(), number, ({ state }) => state.steps['move']?.executions.length === 1, 'the intention')
    await workspace.control.until(() => changes(world)[0], { what: 'the move on node1', timeoutMs: 30_000 })
    await world.control.stopSsh('node1')
    const state = await lostFor(number)
    world.control.delayCommand('crm_resource', 0)
    return { number, state }
  }

  /** A node may be silent for 45 s before nothing more is expected of it. */
  async function lostFor(number: number): Promise<RunState> {
    const { journal } = stage().core
    const run = (await journal.find(number)) ?? ''
    for await (const { state } of watchRun(journal, run, AbortSignal.timeout(TEST_MS))) if (state.finished) return state
    throw new Error(`#${number} never ended`)
  }

  it(
    'is said to be unknown, keeps the cluster, and goes on to its end when somebody looks again',
    async () => {
      const { world, workspace } = stage()
      const { number, state } = await unknown()
      expect(state.finished?.outcome).toBe('unknown')
      const card = await cardWith(stage(), number, 'Look again')
      expect(card.said).toContain('sent: "Move the group" to node1')
      expect(card.buttons.map(({ text }) => text)).toEqual(['Look again', 'Mark as done', 'Stop here', 'Details'])

      await type(stage(), ANA, `/ha take-over ${number} "node1 is gone"`)
      await whisper(stage(), ANA, 'A second person must say the same')
      await cardWith(stage(), number, 'Ana wants pvfs taken from this run: "node1 is gone"')
      const window = await open(stage(), BO, card, 'Mark as done')
      expect(window.said).toContain('Is this done: Move the group?')

      await world.control.startSsh('node1')
      await workspace.control.click({ user: CY, channel: CHANNEL, message_ts: card.ts, button: 'Look again' })
      await whisper(stage(), CY, `#${number} is looked at again: what became of "Move the group".`)
      const after = await ended(stage(), number)
      expect(after.state.finished?.outcome).toBe('succeeded')
      await workspace.control.submit({ user: BO, values: { reason: 'it runs on node5' } })
      await whisper(stage(), BO, `#${number} is over already: succeeded.`)
      await cardWith(stage(), number, 'looked at again for Cy')
      expect(await runsOn(world, 'server2')).toBe('node5')
      expect(lines(changes(world)).filter(line => line.includes('--move'))).toHaveLength(1)
    },
    TEST_MS,
  )
})
