import { describe, expect, it } from 'vitest'
import { fastWorld, stageFor } from '../support/stage.ts'
import { changes, lines, runsOn } from './cluster-log.ts'
import {
  ANA,
  approve,
  asked,
  BO,
  CHANNEL,
  CY,
  cards,
  cardWith,
  ended,
  open,
  repliesWith,
  runOnce,
  type,
  whisper,
} from './talking.ts'

describe('a change asked for in Slack', () => {
  const stage = stageFor({ world: fastWorld })

  it('is planned, approved by a second person, carried out once, and filed in the thread of its one card', async () => {
    const { world, workspace } = stage()
    const { number, card } = await asked(stage(), '/ha failover server2')
    expect(card.said).toContain('Ana asked: /ha failover server2')
    expect(card.said).toContain('Moves server2 (address, filesystem, daemon) from node3 to node5.')
    expect(lines(changes(world))).toEqual([])

    await approve(stage(), BO, card)
    const { entries } = await ended(stage(), number)
    const done = await cardWith(stage(), number, 'server2 runs on node5')
    const replies = await repliesWith(stage(), done, 'Transcript of')

    expect(cards(stage(), number)).toHaveLength(1)
    expect({ same: done.ts, edited: done.revision > card.revision }).toEqual({ same: card.ts, edited: true })
    expect(done.buttons.map(({ text }) => text)).toEqual(['Details'])
    const file = workspace.control.files().find(({ id }) => id === replies.flatMap(({ files }) => files)[0]?.id)
    expect(file?.name).toBe(`server2-${number}.txt`)
    expect(file?.text).toMatch(/^approved .* Bo \(U0BO\)/m)
    expect(file?.text).toContain('Removing constraint: cli-prefer-server2')
    expect(replies.filter(({ said }) => said.includes('server2 runs on node5'))).toHaveLength(1)

    const changed = changes(world)
    expect(lines(changed)).toEqual([
      'node1: crm_resource --move --resource server2 --node node5',
      'node1: crm_resource --clear --resource server2',
    ])
    const decided = entries.find(({ event }) => event.type === 'decided')
    expect(changed[0]?.at).toBeGreaterThanOrEqual(decided?.at ?? Number.POSITIVE_INFINITY)
    expect(await runsOn(world, 'server2')).toBe('node5')
  })

  it('is not approved by the one who asked for it, however often they press', async () => {
    const before = changes(stage().world).length
    const { number, card } = await asked(stage(), '/ha failover server0')
    for (const _ of [1, 2]) {
      await approve(stage(), ANA, card)
      await whisper(stage(), ANA, 'You asked for this; someone else of oncall must decide.')
    }
    await type(stage(), ANA, `/ha approve ${number}`)
    await whisper(stage(), ANA, 'You asked for this')

    await type(stage(), ANA, `/ha stop ${number} "only a trial"`)
    const { state } = await ended(stage(), number)
    expect(state.gates[0]?.decisions).toEqual([])
    expect(changes(stage().world)).toHaveLength(before)
  })

  it('is carried out once when two people approve in the same moment, and one of them reads who was first', async () => {
    const before = changes(stage().world).length
    const { number, card } = await asked(stage(), '/ha failover server1')
    await Promise.all([BO, CY].map(user => open(stage(), user, card, 'Review and approve')))
    await Promise.all([BO, CY].map(user => stage().workspace.control.submit({ user, values: {} })))
    const { state } = await ended(stage(), number)

    expect(state.finished?.outcome).toBe('succeeded')
    expect(state.gates.map(({ result, decisions }) => [result, decisions.length])).toEqual([['approved', 1]])
    expect(lines(changes(stage().world).slice(before)).filter(line => line.includes('--move'))).toHaveLength(1)
    const [first, second] = state.gates[0]?.decisions[0]?.speaker.person === 'bo' ? ['Bo', CY] : ['Cy', BO]
    await whisper(stage(), second, `#${number} was already approved by ${first} at`)
  })

  it('ends when one person denies it, and an approval that comes after that is not counted', async () => {
    const { number, card } = await asked(stage(), '/ha failover server3')
    await open(stage(), CY, card, 'Review and approve')
    await open(stage(), BO, card, 'Deny')
    await stage().workspace.control.submit({ user: BO, values: { reason: 'backup runs until three' } })
    const { state } = await ended(stage(), number)
    await stage().workspace.control.submit({ user: CY, values: {} })

    await whisper(stage(), CY, `#${number} was already denied by Bo at`)
    expect(state.finished?.outcome).toBe('denied')
    const denied = await cardWith(stage(), number, 'backup runs until three')
    expect(denied.buttons.map(({ text }) => text)).toEqual(['Details'])
    expect(await runsOn(stage().world, 'server3')).toBe('node4')
  })
})

describe('a run that is stopped from Slack', () => {
  const stage = stageFor({ world: fastWorld })

  it('ends at once while it waits, and nothing runs', async () => {
    const { number, card } = await asked(stage(), '/ha failover server2')
    await type(stage(), CY, `/ha stop ${number} "wrong group"`)
    await whisper(stage(), CY, `#${number} is stopped. Nothing ran.`)
    const { state } = await ended(stage(), number)
    expect(state.finished?.outcome).toBe('cancelled')
    await cardWith(stage(), number, 'stopped by Cy')

    const window = await open(stage(), BO, card, 'Details')
    expect(window.said).toContain('stopped by Cy')
    expect(changes(stage().world)).toEqual([])
  })

  it('begins no further step while it runs, and says what it leaves behind', async () => {
    const { world, workspace } = stage()
    const { number, card } = await asked(stage(), '/ha failover server2')
    // The cluster takes the order and does not act on it yet: the run waits for the group to arrive.
    world.control.hold(true)
    await approve(stage(), BO, card)
    const running = await cardWith(stage(), number, 'Stop')
    await runOnce(stage(), number, ({ state }) => state.steps['arrived'] !== undefined, 'that it waits')
    await workspace.control.click({ user: ANA, channel: CHANNEL, message_ts: running.ts, button: 'Stop' })
    await whisper(stage(), ANA, `#${number} was told to stop`)
    const { state } = await ended(stage(), number)
    world.control.hold(false)

    expect(lines(changes(world))).toEqual(['node1: crm_resource --move --resource server2 --node node5'])
    expect(state.finished?.leftBehind).toEqual([expect.stringContaining('cli-prefer-server2')])
    expect(state.undo.map(({ command }) => command)).toEqual([expect.stringContaining('migrate server2 to node3')])
    const card2 = await cardWith(stage(), number, 'cli-prefer-server2')
    expect(card2.buttons.map(({ text }) => text)).not.toContain('Stop')
  })
})

describe('a question that nobody answers', () => {
  const stage = stageFor({ world: fastWorld, within: '3s' })

  it('expires by itself, says so on its card, and takes no approval any more', async () => {
    const { number, card } = await asked(stage(), '/ha failover server2')
    await open(stage(), BO, card, 'Review and approve')
    const { state } = await ended(stage(), number)
    await stage().workspace.control.submit({ user: BO, values: {} })

    expect(state.finished?.outcome).toBe('expired')
    await whisper(stage(), BO, `The question of #${number} expired at`)
    const expired = await cardWith(stage(), number, 'expired')
    expect(expired.buttons.map(({ text }) => text)).toEqual(['Details'])
    expect(changes(stage().world)).toEqual([])
  })
})
