import { describe, expect, test } from 'vitest'
import { wantedLeg } from '../../src/runs/legs.ts'
import { attest, speaker } from '../support/bench-parts.ts'
import { stopRequested } from '../support/run-fixtures.ts'
import { codes, lost, runningRun, textOf, type UnknownDesk, unknownDesk, unknownRun } from '../support/unknown-run.ts'

const MINUTE_MS = 60_000

async function waitingRun(desk: UnknownDesk): Promise<string> {
  const run = await runningRun(desk)
  const record = await desk.journal.load(run)
  const gate = record?.entries.find(({ event }) => event.type === 'gate-opened')
  if (!gate) throw new Error('no gate')
  await desk.append(run, gate.event)
  return run
}

describe('resume', () => {
  test.each(['ana', 'bo', 'cy'])(
    'by %s makes the run go on where it stands, and asks for the leg that follows',
    async person => {
      const desk = await unknownDesk()
      const run = await unknownRun(desk)
      const answer = await desk.say('resume 42 "the switch is back"', person)
      expect(textOf(answer)).toBe(
        '#42 is looked at again: what became of "Move the group". If that is clear it goes on. Its card says what is found.',
      )
      const state = await desk.state(run)
      expect(state).toMatchObject({ phase: 'runnable', resumes: [{ reason: 'the switch is back' }] })
      expect(state.steps['move']?.outcome).toBeUndefined()
      expect(desk.nudged).toEqual([wantedLeg(await desk.state(run))])
    },
  )

  test.each([
    ['dee', 'not-in-team'],
    ['', 'unknown-person'],
  ])('by %j is refused: %s', async (person, code) => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk)
    expect(codes(await desk.say('resume 42', person))).toEqual([code])
    expect((await desk.state(run)).phase).toBe('finished')
    expect(desk.nudged).toEqual([])
  })

  test('of a run that is still carried says so', async () => {
    const desk = await unknownDesk()
    await runningRun(desk)
    expect(textOf(await desk.say('resume 42', 'bo'))).toBe(
      '#42 is still running.\nNothing was changed by your words. Its card says what it does. To end it: /ha stop 42.',
    )
  })

  test('of a run that waits for approval says what it waits for', async () => {
    const desk = await unknownDesk()
    await waitingRun(desk)
    expect(textOf(await desk.say('resume 42', 'bo'))).toContain('#42 waits for approval: nothing of it is unknown.')
  })

  test('of a run whose end is known says how it ended', async () => {
    const desk = await unknownDesk()
    const run = await runningRun(desk)
    await desk.append(run, { type: 'finished', outcome: 'failed', summary: 'no', leftBehind: [], next: [] })
    expect(textOf(await desk.say('resume 42', 'bo'))).toContain('#42 is over already: failed.')
  })

  test('of a run that has given its cluster free is refused, and says to ask again', async () => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk)
    expect(textOf(await desk.say('stop 42 "seen it"', 'cy'))).toBe('#42 stays unknown; pvfs is given free.')
    expect(textOf(await desk.say('resume 42', 'bo'))).toBe(
      '#42 no longer holds pvfs, since Cy said stop.\nWhat came of #42 stays unknown. Look: /ha status on pvfs. Then ask again: /ha failover server2',
    )
    await desk.append(run, { type: 'lease-released', cluster: 'pvfs', epoch: 1 })
    expect(codes(await desk.say('resume 42', 'bo'))).toEqual(['lease-gone'])
  })

  test('of a run whose lease somebody else has by now is refused', async () => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk)
    await desk.leases.release('pvfs', run, 1)
    expect(textOf(await desk.say('resume 42', 'bo'))).toContain('pvfs is no longer held by #42: it is free.')
    await desk.leases.take('pvfs', { run: 'another', number: 44 }, desk.now)
    expect(textOf(await desk.say('resume 42', 'bo'))).toContain('pvfs is no longer held by #42: #44 has it.')
  })

  test('lets a run go on that Redis had forgotten, once its nodes were asked and it is unknown', async () => {
    const desk = await unknownDesk()
    const run = await runningRun(desk)
    await desk.append(run, { type: 'restored', entries: 3 })
    expect(codes(await desk.say('resume 42', 'ana'))).toEqual(['not-unknown'])
    await desk.append(run, ...lost())
    expect((await desk.say('resume 42', 'ana')).kind).toBe('decided')
    expect(await desk.state(run)).toMatchObject({ phase: 'runnable', restored: false })
  })

  test('by two people in the same instant is taken once', async () => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk)
    const answers = await Promise.all([desk.say('resume 42', 'bo'), desk.say('resume 42', 'cy')])
    expect(answers.flatMap(codes).sort()).toEqual(['decided', 'not-unknown'])
    expect((await desk.state(run)).resumes).toHaveLength(1)
  })
})

describe('mark-done', () => {
  test('by one person makes a disruptive step count as done, and the run goes on', async () => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk)
    expect(textOf(await desk.say('mark-done 42 "server2 runs on node5"', 'ana'))).toBe(
      '"Move the group" of #42 counts as done. The run goes on; its card says how.',
    )
    const state = await desk.state(run)
    expect(state).toMatchObject({ phase: 'runnable', steps: { move: { outcome: 'succeeded' } } })
    expect(desk.nudged).toEqual([wantedLeg(await desk.state(run))])
  })

  test('of a destructive step needs two people, and counts nobody twice', async () => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk, 'destructive')
    expect(textOf(await desk.say('mark-done 42 "its console is dark"', 'bo'))).toBe(
      'You said that "Move the group" of #42 is done. One more person must say the same: /ha mark-done 42 "what they saw".',
    )
    expect((await desk.state(run)).phase).toBe('finished')
    expect(desk.nudged).toEqual([])
    expect(textOf(await desk.say('mark-done 42 "really"', 'bo'))).toContain('each person counts once')
    expect((await desk.say('mark-done 42 "seen it too"', 'cy')).kind).toBe('decided')
    expect(await desk.state(run)).toMatchObject({ phase: 'runnable', steps: { move: { outcome: 'succeeded' } } })
  })

  test('does not count together with somebody who has left the team meanwhile', async () => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk, 'destructive')
    await desk.say('mark-done 42 "its console is dark"', 'bo')
    const teams = { oncall: { name: 'oncall', members: ['ana', 'cy'] } }
    Object.assign(desk.parts, { directory: { ...desk.parts.directory, teams } })
    expect(textOf(await desk.say('mark-done 42 "seen it"', 'cy'))).toContain(
      'What Bo said of "Move the group" no longer counts',
    )
    expect((await desk.state(run)).phase).toBe('finished')
  })

  test('without a word about what was seen is shown where it is missing', async () => {
    const desk = await unknownDesk()
    await unknownRun(desk)
    expect(textOf(await desk.say('mark-done 42', 'bo'))).toBe(
      [
        '/ha mark-done 42',
        '                 ^',
        'mark-done needs a reason: say what you have seen. It is part of the transcript.',
        'Your word was not counted. Write: /ha mark-done <run> "what you saw"',
      ].join('\n'),
    )
    const order = { run: 'none', reason: ' ', speaker: speaker('bo'), attest }
    expect(codes(await desk.desk.markDone(order))).toEqual(['unknown-run'])
  })

  test.each([
    ['dee', 'not-in-team'],
    ['', 'unknown-person'],
  ])('by %j is not written down: %s', async (person, code) => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk, 'destructive')
    expect(codes(await desk.say('mark-done 42 "seen"', person))).toEqual([code])
    expect((await desk.state(run)).marks).toEqual([])
  })

  test('speaks of the step that was shown, and of no other', async () => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk)
    const order = { run, reason: 'seen', speaker: speaker('bo'), attest }
    expect(codes(await desk.desk.markDone({ ...order, step: 'fence' }))).toEqual(['other-step'])
    expect(codes(await desk.desk.markDone({ ...order, step: 'move' }))).toEqual(['decided'])
  })

  test('of a run that goes on, or ended otherwise, is refused', async () => {
    const desk = await unknownDesk()
    const run = await runningRun(desk)
    expect(codes(await desk.say('mark-done 42 "seen"', 'bo'))).toEqual(['not-unknown'])
    await desk.append(run, { type: 'finished', outcome: 'cancelled', summary: 'x', leftBehind: [], next: [] })
    expect(codes(await desk.say('mark-done 42 "seen"', 'bo'))).toEqual(['already-over'])
  })
})

describe('take-over', () => {
  test('takes two people: the second word sets a worker to it', async () => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk)
    expect(textOf(await desk.say('take-over 42 "node1 is being replaced"', 'cy'))).toBe(
      'You want pvfs taken from #42. A second person must say the same: /ha take-over 42 "why". Until then nothing changes.',
    )
    expect(codes(await desk.say('take-over 42 "now"', 'cy'))).toEqual(['said-before'])
    expect(desk.nudged).toEqual([])
    expect(textOf(await desk.say('take-over 42 "seen it too"', 'ana'))).toContain(
      'pvfs is being taken from #42: its nodes are told to refuse whatever #42 still sends.',
    )
    expect(desk.nudged).toEqual([wantedLeg(await desk.state(run))])
    expect((await desk.state(run)).takeOver.map(said => said.speaker.person)).toEqual(['cy', 'ana'])
  })

  test('leaves nothing else to say until it is done', async () => {
    const desk = await unknownDesk()
    await unknownRun(desk)
    await desk.say('take-over 42 "why"', 'cy')
    await desk.say('take-over 42 "why"', 'bo')
    for (const words of ['resume 42', 'mark-done 42 "seen"', 'stop 42', 'take-over 42 "me too"'])
      expect(codes(await desk.say(words, 'ana'))).toEqual(['taking-over'])
  })

  test('of a run that is carried is refused until nothing was written for two minutes; words are no sign of life', async () => {
    const desk = await unknownDesk()
    const run = await runningRun(desk)
    desk.now += 110_000
    expect(textOf(await desk.say('take-over 42 "stuck"', 'bo'))).toBe(
      '#42 is carried by worker@test:1: its last entry was written 110 s ago.\nIt keeps pvfs. To end it: /ha stop 42. If it is silent for 2 min, take-over is possible.',
    )
    await desk.append(run, await stopRequested('cy'))
    desk.now += 10_000
    expect((await desk.say('take-over 42 "stuck"', 'bo')).kind).toBe('decided')
    expect((await desk.say('take-over 42 "stuck"', 'cy')).kind).toBe('decided')
    expect(desk.nudged).toEqual([wantedLeg(await desk.state(run))])
  })

  test('of a run that gets on again between the two words is refused', async () => {
    const desk = await unknownDesk()
    const run = await runningRun(desk)
    desk.now += 2 * MINUTE_MS
    await desk.say('take-over 42 "stuck"', 'bo')
    await desk.append(run, { type: 'step-progress', step: 'move', host: 'node1', text: 'half' })
    expect(codes(await desk.say('take-over 42 "stuck"', 'cy'))).toEqual(['gets-on'])
  })

  test('of what holds nothing is refused, with what to do instead', async () => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk)
    await desk.append(run, { type: 'lease-released', cluster: 'pvfs', epoch: 1 })
    expect(textOf(await desk.say('take-over 42 "why"', 'bo'))).toContain('There is nothing to take over.')
    const other = await unknownDesk()
    await waitingRun(other)
    expect(textOf(await other.say('take-over 42 "why"', 'bo'))).toContain('To end it: /ha stop 42.')
  })

  test('needs a reason, and somebody who may run such a thing', async () => {
    const desk = await unknownDesk()
    await unknownRun(desk)
    expect(codes(await desk.say('take-over 42', 'bo'))).toEqual(['needs-reason'])
    expect(codes(await desk.say('take-over 42 "why"', 'dee'))).toEqual(['not-in-team'])
    expect(codes(await desk.say('take-over 42 "why"', ''))).toEqual(['unknown-person'])
  })

  test('does not count together with somebody who has left the team meanwhile', async () => {
    const desk = await unknownDesk()
    await unknownRun(desk)
    await desk.say('take-over 42 "why"', 'bo')
    const teams = { oncall: { name: 'oncall', members: ['ana', 'cy'] } }
    Object.assign(desk.parts, { directory: { ...desk.parts.directory, teams } })
    expect(codes(await desk.say('take-over 42 "why"', 'cy'))).toEqual(['not-counted'])
    expect(desk.nudged).toEqual([])
  })
})

describe('stop', () => {
  test('of a change under way says that it is ended on its node', async () => {
    const desk = await unknownDesk()
    await runningRun(desk)
    expect(textOf(await desk.say('stop 42', 'cy'))).toBe(
      '#42 was told to stop: "Move the group" is ended on node1, and no further step begins. Its card says when it has stopped.',
    )
  })

  test('after a resume is a new stop', async () => {
    const desk = await unknownDesk()
    const run = await runningRun(desk)
    await desk.append(run, await stopRequested('cy'), ...lost())
    await desk.say('resume 42', 'bo')
    expect((await desk.say('stop 42', 'cy')).kind).toBe('decided')
  })
})

describe('a click on a plan that is void', () => {
  test('is told what changed', async () => {
    const desk = await unknownDesk()
    const run = await runningRun(desk)
    const token = (await desk.state(run)).gates[0]?.token ?? ''
    await desk.append(run, { type: 'drifted', gate: 'agree', changes: ['server2 was on node3 and is now on node4'] })
    const verdict = { decision: 'approve' as const, reason: '', confirm: '', speaker: speaker('cy'), attest }
    const answer = await desk.desk.decide({ gate: { token }, ...verdict, teams: async () => true })
    expect(textOf(answer)).toBe(
      'That plan of #42 is void: server2 was on node3 and is now on node4.\nYour decision was not counted. The card shows the new plan as soon as there is one; decide about that.',
    )
  })
})

describe('a word that cannot be written', () => {
  test.each(['resume 42', 'mark-done 42 "seen"', 'take-over 42 "why"'])(
    '%s: is not counted, and says so',
    async words => {
      const desk = await unknownDesk()
      await unknownRun(desk)
      desk.journal.beforeAppend = () => {
        desk.journal.beforeAppend = undefined
        throw new Error('connect ECONNREFUSED')
      }
      expect(textOf(await desk.say(words, 'bo'))).toContain('NOT accepted: connect ECONNREFUSED.')
      expect(desk.nudged).toEqual([])
    },
  )
})

describe('help', () => {
  test('says of one of ha-bot’s own verbs what it does', async () => {
    const desk = await unknownDesk()
    expect(textOf(await desk.say('help take-over', 'dee'))).toContain('Its nodes are told to refuse')
  })
})
