import { describe, expect, it } from 'vitest'
import type { PersonFlags } from '../../lab/slack/store.ts'
import { fastWorld, stageFor } from '../support/stage.ts'
import { changes } from './cluster-log.ts'
import {
  ANA,
  asked,
  BO,
  CHANNEL,
  CY,
  cards,
  cardWith,
  DEE,
  GUS,
  open,
  repliesWith,
  runCount,
  type,
  whisper,
} from './talking.ts'

const NOT_ELIGIBLE: readonly [what: string, flags: PersonFlags, told: string][] = [
  ['became a guest', { is_restricted: true }, 'this account is a guest'],
  ['became a guest of one channel', { is_ultra_restricted: true }, 'this account is a guest'],
  ['is of another company', { is_stranger: true }, 'this account belongs to another workspace'],
  ['turned out to be an app', { is_app_user: true }, 'this account is an app, not a person'],
]
const AS_BEFORE: PersonFlags = {
  is_restricted: false,
  is_ultra_restricted: false,
  is_stranger: false,
  is_app_user: false,
}

describe('people who may not', () => {
  const stage = stageFor({ world: fastWorld })

  it('are told so alone when they ask for a change, and nothing is journalled', async () => {
    for (const [user, why] of [
      [DEE, 'You are in no team.'],
      [GUS, 'you are nobody that ha-bot knows'],
    ] as const) {
      const { told } = await type(stage(), user, '/ha failover server2')
      expect(told).toContain('Only oncall may run disruptive runbooks on pvfs')
      expect(told).toContain(why)
    }
    expect(await runCount(stage())).toBe(0)
    expect(stage().workspace.control.messages({ channel: CHANNEL, user: ANA })).toEqual([])
  })

  it('may still look', async () => {
    await type(stage(), DEE, '/ha status')
    const { control } = stage().workspace
    const answer = await control.until(
      () => control.messages({ channel: CHANNEL }).find(({ ephemeral, said }) => !ephemeral && said.includes('node5')),
      { what: 'the table', timeoutMs: 15_000 },
    )
    expect(answer.said).toMatch(/node3 +online +server2/)
  })

  it('cannot approve: outsiders, guests, whoever has just left the group or become something else', async () => {
    const { control } = stage().workspace
    const { number, card } = await asked(stage(), '/ha failover server2')
    const decide = async (user: string, told: string) => {
      await open(stage(), user, card, 'Review and approve')
      await control.submit({ user, values: {} })
      await whisper(stage(), user, told)
    }
    await decide(DEE, 'Only oncall may decide this. You are in no team.')
    await decide(GUS, 'this account is a guest')

    await control.usergroup({ users: [ANA, CY] })
    await decide(BO, 'its Slack user group does not have you in it now')
    await control.usergroup({ users: [ANA, BO, CY] })

    for (const [, flags, told] of NOT_ELIGIBLE) {
      await control.user({ id: CY, flags: { ...AS_BEFORE, ...flags } })
      await decide(CY, told)
    }
    const run = await stage().core.journal.find(number)
    const record = await stage().core.journal.load(run ?? '')
    expect(record?.entries.map(({ event }) => event.type)).not.toContain('decided')
    expect(record?.state.phase).toBe('waiting')
    expect(changes(stage().world)).toEqual([])
  })
})

describe('what else can be said in Slack', () => {
  const stage = stageFor({ world: fastWorld })

  it('help, the list of runs and one run are for the asker alone, and start nothing', async () => {
    const { number, card } = await asked(stage(), '/ha standby node4')
    const before = await runCount(stage())

    const help = await type(stage(), DEE, '/ha help')
    expect(help.told).toContain('/ha failover <group> [to <node>]')
    expect(help.told).toContain('waits until a second person approves it')
    const about = await type(stage(), DEE, '/ha help standby')
    expect(about.told).toContain('Empty a node, and keep it empty until unstandby')
    const runs = await type(stage(), DEE, '/ha runs')
    expect(runs.told).toMatch(new RegExp(`#${number} +pvfs +Standby node4 .*waits for approval`))
    const show = await type(stage(), DEE, `/ha show ${number}`)
    expect(show.told).toContain('Standby node4')
    expect(show.told).not.toContain('Review and approve')
    const nothing = await type(stage(), DEE, '/ha show 4711')
    expect(nothing.told).toContain('There is no run #4711.')

    expect(await runCount(stage())).toBe(before)
    expect(card.said).toContain('node4')
  })

  it('a mention in a thread is understood like a command and answered there', async () => {
    const { number, card } = await asked(stage(), '/ha failover server1')
    await stage().workspace.control.mention({ user: CY, thread_ts: card.ts, text: `@ha stop ${number}` })
    await repliesWith(stage(), card, `#${number} is stopped. Nothing ran.`)
  })

  it('a delivery that Slack repeats is one run with one card', async () => {
    const { control } = stage().workspace
    const before = await runCount(stage())
    control.fault({ type: 'duplicate', n: 1 })
    const acks = () => control.log().filter(entry => entry.kind === 'ack').length
    const acksBefore = acks()
    await control.command({ user: ANA, channel: CHANNEL, text: '/ha failover server0' })
    await control.until(() => acks() >= acksBefore + 2, { what: 'the acknowledgement of both deliveries' })
    const [{ number } = { number: Number.NaN }] = await stage().core.journal.list(1)
    await cardWith(stage(), number, 'Review and approve')
    expect(await runCount(stage())).toBe(before + 1)
    expect(cards(stage(), number)).toHaveLength(1)
  })
})
