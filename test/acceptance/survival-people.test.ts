import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SeenMessage } from '../../lab/slack/seen.ts'
import { eventually } from '../support/redis.ts'
import { fastWorld } from '../support/stage.ts'
import { changes, lines, runsOn } from './cluster-log.ts'
import { changeOf, executions, finished, hasPrinted, onAll, RUN_MS, runWhen, TEST_MS } from './survival-looks.ts'
import { survivalStageFor } from './survival-stage.ts'
import { ANA, approve, asked, BO, CHANNEL, CY, cards, cardWith, open, whisper } from './talking.ts'

describe('what was approved and does not hold any more', () => {
  const stage = survivalStageFor({ world: fastWorld })

  it(
    'is not carried out: the card shows what changed, the old question is answered, and the new plan can be approved',
    async () => {
      const { world, workspace } = stage()
      await stage().start('bot')
      const planner = await stage().start('worker')
      const { number, card } = await asked(stage(), '/ha failover server2 to node5')
      // No worker is there to begin the leg at once.
      await planner.close()
      await open(stage(), CY, card, 'Review and approve')
      await approve(stage(), BO, card)
      await runWhen(stage(), number, ({ state }) => state.gates[0]?.result === 'approved', 'the approval')
      await movesByItself('server2', 'node4')
      await stage().start('worker')

      await runWhen(stage(), number, ({ state }) => state.gates.length === 2, 'the new question')
      const anew = await workspace.control.until(() => cards(stage(), number).find(isAskingAnew), {
        what: 'a card that asks for the new plan',
        timeoutMs: RUN_MS,
      })
      expect(anew.said).toContain('node4 → node5')
      expect(anew.said).toContain('Approval by Bo is void: server2 was on node3 and is now on node4')
      expect({ ts: anew.ts, cards: cards(stage(), number).length }).toEqual({ ts: card.ts, cards: 1 })
      expect(lines(changes(world))).toEqual([])
      await workspace.control.submit({ user: CY, values: {} })
      await whisper(stage(), CY, `That plan of #${number} is void: server2 was on node3 and is now on node4`)
      expect(lines(changes(world))).toEqual([])

      await approve(stage(), BO, anew)
      const { state } = await finished(stage(), number)
      expect(state.finished?.outcome).toBe('succeeded')
      expect(state.gates.map(({ result }) => result)).toEqual(['void', 'approved'])
      expect(lines(changes(world))).toEqual([
        'node1: crm_resource --move --resource server2 --node node5',
        'node1: crm_resource --clear --resource server2',
      ])
      expect(await runsOn(world, 'server2')).toBe('node5')
    },
    TEST_MS,
  )

  /** A card is edited at its own pace: it shows the new plan for a moment before it asks for it. */
  function isAskingAnew({ said, buttons }: SeenMessage): boolean {
    return said.includes('is void') && buttons.some(({ text }) => text === 'Review and approve')
  }

  /** As a cluster does on its own; what is done past ha-bot is not in the log of changes. */
  async function movesByItself(group: string, node: string): Promise<void> {
    const { world } = stage()
    await world.inspect('node1', `crm_resource --move --resource ${group} --node ${node}`)
    await eventually(async () => ((await runsOn(world, group)) === node ? true : undefined), RUN_MS)
    await world.inspect('node1', `crm_resource --clear --resource ${group}`)
    await world.control.until(({ settled }) => settled, { what: 'a settled cluster', timeoutMs: RUN_MS })
  }
})

describe('a change without an end that is stopped from Slack', () => {
  const stage = survivalStageFor({ world: fastWorld })

  beforeAll(async () => {
    await Promise.all([stage().start('bot'), stage().start('worker')])
  }, TEST_MS)

  it.each(['meek', 'stubborn'])(
    '(%s) is ended on its node with everything it started, and its undo is offered',
    async mood => {
      const { workspace } = stage()
      const { number, card } = await asked(stage(), `/ha spin ${mood} ${mood}`)
      await approve(stage(), BO, card)
      await hasPrinted(stage(), `${mood} turns`)
      const group = Number(
        (await onAll(stage(), `[ ! -e "$HOME/group.${mood}" ] || cat "$HOME/group.${mood}"`)).join(''),
      )
      expect(group).toBeGreaterThan(1)
      expect((await membersOf(group)).length).toBeGreaterThan(1)

      const button = await cardWith(stage(), number, 'Stop')
      await workspace.control.click({ user: ANA, channel: CHANNEL, message_ts: button.ts, button: 'Stop' })
      await whisper(stage(), ANA, `#${number} was told to stop`)
      const record = await finished(stage(), number)
      expect(await membersOf(group)).toEqual([])
      expect(record.state.finished?.outcome).toBe('cancelled')
      expect(changeOf(record, 'spin')).toMatchObject({ outcome: 'cancelled', begun: true })
      expect(record.state.undo).toEqual([expect.objectContaining({ step: 'spin' })])
      expect(record.state.lease).toMatchObject({ released: true })
      expect(await executions(stage(), mood)).toEqual([`${mood} spin`])
      const ended = await cardWith(stage(), number, 'undone')
      expect(ended.said).toContain('stopped by Ana')
      expect(ended.said).not.toContain('nothing left behind')
      expect(ended.buttons.map(({ text }) => text)).not.toContain('Stop')
    },
    TEST_MS,
  )
})

/** Processes of a process group, by what `ps` says of them. */
async function membersOf(group: number): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pgid=,stat=,pid=,args='])
  return stdout.split('\n').filter(line => {
    const [pgid, stat = ''] = line.trim().split(/\s+/)
    return Number(pgid) === group && !stat.startsWith('Z')
  })
}
