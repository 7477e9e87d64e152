import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/runs/events.ts'
import { cardText } from '../../src/transcripts/card-text.ts'
import type { RunView } from '../../src/transcripts/view.ts'
import { viewOf } from '../../src/transcripts/view-of.ts'
import { decided, gateOpened, legStarted, stopRequested } from '../support/run-fixtures.ts'
import { sampleStatus } from '../support/sample-plan.ts'
import { lost, planOf, runningRun, type UnknownDesk, unknownDesk, unknownRun } from '../support/unknown-run.ts'

async function viewIn(desk: UnknownDesk, run: string): Promise<RunView> {
  const record = await desk.journal.load(run)
  if (!record) throw new Error('no run')
  return viewOf(record, desk.now)
}

async function drifted(desk: UnknownDesk): Promise<string> {
  const run = await runningRun(desk)
  const opened = await desk.journal.open('43')
  if (!opened.ok) throw new Error('not opened')
  const before = (await desk.journal.load(run))?.entries.slice(0, 6).map(entry => entry.event) ?? []
  const appended = await desk.journal.append(opened.value, before, 'worker@test')
  if (appended.kind !== 'appended') throw new Error(appended.kind)
  const changes = ['server2 was on node3 and is now on node4', 'node3 is no longer online']
  await desk.append(opened.value.run, legStarted(2), { type: 'drifted', gate: 'agree', changes })
  return opened.value.run
}

async function plannedAgain(desk: UnknownDesk): Promise<string> {
  const run = await drifted(desk)
  const plan = { ...planOf(run, 'disruptive'), title: 'Failover server2 · node4 → node5' }
  const planned: RunEvent = { type: 'planned', plan, digest: 'a'.repeat(64), status: sampleStatus() }
  const gate = gateOpened()
  if (gate.type !== 'gate-opened') throw new Error('no gate')
  const text = 'Move server2 from node4 to node5'
  await desk.append(run, planned, { ...gate, text, digest: planned.digest, token: '1'.repeat(32) })
  return run
}

const CARDS: Record<string, (desk: UnknownDesk) => Promise<string>> = {
  'unknown-with-evidence': desk => unknownRun(desk),
  async 'marked-by-one'(desk) {
    const run = await unknownRun(desk, 'destructive')
    await desk.say('mark-done 42 "its console is dark"', 'bo')
    return run
  },
  async 'marked-by-two'(desk) {
    const run = await unknownRun(desk, 'destructive')
    await desk.say('mark-done 42 "its console is dark"', 'bo')
    await desk.say('mark-done 42 "the lamp is out"', 'cy')
    return run
  },
  async 'looked-at-again'(desk) {
    const run = await unknownRun(desk)
    desk.now += 60_000
    await desk.say('resume 42 "the switch is back"', 'ana')
    await desk.append(run, legStarted(3, 'worker@test:2'))
    return run
  },
  async 'take-over-asked'(desk) {
    const run = await unknownRun(desk)
    await desk.say('take-over 42 "node1 is being replaced"', 'cy')
    return run
  },
  async 'being-taken-over'(desk) {
    const run = await unknownRun(desk)
    await desk.say('take-over 42 "node1 is being replaced"', 'cy')
    await desk.say('take-over 42 "seen it too"', 'bo')
    return run
  },
  async 'taken-over'(desk) {
    const run = await unknownRun(desk)
    await desk.say('take-over 42 "node1 is being replaced"', 'cy')
    await desk.say('take-over 42 "seen it too"', 'bo')
    const fenced = ['node2', 'node3', 'node4', 'node5']
    await desk.append(run, { type: 'taken-over', cluster: 'pvfs', epoch: 2, fenced, silent: ['node1'] })
    return run
  },
  async 'stopping-a-change'(desk) {
    const run = await runningRun(desk)
    await desk.append(run, await stopRequested('cy'))
    return run
  },
  async 'given-free'(desk) {
    const run = await unknownRun(desk)
    await desk.say('stop 42 "server2 runs on node5, constraint removed"', 'bo')
    await desk.append(run, { type: 'lease-released', cluster: 'pvfs', epoch: 1 })
    return run
  },
  async restored(desk) {
    const run = await runningRun(desk)
    await desk.append(run, { type: 'restored', entries: 3 })
    return run
  },
  'planning-again': drifted,
  'planned-again': plannedAgain,
}

describe('the card of a run that people have a say in', () => {
  test.each(Object.keys(CARDS))('%s', async name => {
    const desk = await unknownDesk()
    const run = (await CARDS[name]?.(desk)) ?? ''
    await expect(`${cardText(await viewIn(desk, run))}\n`).toMatchFileSnapshot(`goldens/card-${name}.txt`)
  })

  test.each([
    ['unknown-with-evidence', ['resume', 'mark-done', 'stop', 'details']],
    ['marked-by-one', ['resume', 'mark-done', 'stop', 'details']],
    ['marked-by-two', ['stop', 'details']],
    ['take-over-asked', ['resume', 'mark-done', 'stop', 'details']],
    ['being-taken-over', ['details']],
    ['taken-over', ['details']],
    ['given-free', ['details']],
    ['stopping-a-change', ['details']],
    ['restored', ['stop', 'details']],
    ['planning-again', ['stop']],
    ['planned-again', ['approve', 'deny', 'details']],
  ])('%s offers what can be done then', async (name, actions) => {
    const desk = await unknownDesk()
    const run = (await CARDS[name]?.(desk)) ?? ''
    expect((await viewIn(desk, run)).actions).toEqual(actions)
  })
})

test('once the new plan is agreed to, the old one is no warning any more', async () => {
  const desk = await unknownDesk()
  const run = await plannedAgain(desk)
  expect((await viewIn(desk, run)).warnings).toHaveLength(2)
  const again = await decided('cy', 'approve')
  await desk.append(run, again, { type: 'gate-closed', gate: 'agree', result: 'approved', reason: '' })
  const view = await viewIn(desk, run)
  expect(view.warnings).toEqual([])
  expect(view.decisions).toEqual(['approved by Bo 14:02:11 UTC · void since', 'approved by Cy 14:02:11 UTC'])
})

test('a run that is unknown once more shows what is known now', async () => {
  const desk = await unknownDesk()
  const run = await unknownRun(desk)
  await desk.say('resume 42', 'bo')
  await desk.append(run, legStarted(3))
  expect((await viewIn(desk, run)).evidence).toEqual([])
  await desk.append(run, ...lost())
  expect((await viewIn(desk, run)).evidence).toHaveLength(2)
})
