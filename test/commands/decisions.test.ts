import { describe, expect, test } from 'vitest'
import type { Answer } from '../../src/commands/desk.ts'
import { problemText } from '../../src/problem.ts'
import { reconcile } from '../../src/workers/reconcile.ts'
import { attest, policy, speaker } from '../support/bench-parts.ts'
import { preview, unmounted } from '../support/failover.ts'
import { type Bench, createBench } from '../support/run-bench.ts'

const MINUTE_MS = 60_000

async function waiting(bench: Bench, text = 'failover server2'): Promise<string> {
  bench.shell.expect(...unmounted(), preview())
  const run = await bench.request(text)
  await bench.leg(run, 1)
  return run
}

function codes(answer: Answer): string[] {
  return answer.kind === 'refused' ? answer.problems.map(problem => problem.code) : [answer.kind]
}

function textOf(answer: Answer): string {
  return answer.kind === 'refused' ? answer.problems.map(problemText).join('\n') : JSON.stringify(answer)
}

describe('a decision', () => {
  test('by a second person passes the gate, and the run can go on', async () => {
    const bench = await createBench()
    const run = await waiting(bench)
    expect(await bench.decide(run, 'bo')).toMatchObject({
      kind: 'decided',
      text: 'You approved #42. The checks are repeated, then it runs.',
    })
    expect(await bench.state(run)).toMatchObject({ phase: 'runnable', gates: [{ result: 'approved' }] })
  })

  test.each([
    ['ana', 'own-request'],
    ['dee', 'not-in-team'],
    ['', 'unknown-person'],
  ])('by %j does not count: %s', async (person, code) => {
    const bench = await createBench()
    const run = await waiting(bench)
    expect(codes(await bench.decide(run, person))).toEqual([code])
    expect(await bench.state(run)).toMatchObject({ phase: 'waiting', gates: [{ decisions: [] }] })
  })

  test('that comes second is told who was first', async () => {
    const bench = await createBench()
    const run = await waiting(bench)
    await bench.decide(run, 'bo')
    expect(textOf(await bench.decide(run, 'bo'))).toContain('#42 was already approved by Bo at 14:02:11 UTC.')
    expect(textOf(await bench.decide(run, 'cy', 'deny'))).toContain('#42 was already approved by Bo')
  })

  test('against it ends the run at once, and nothing runs', async () => {
    const bench = await createBench()
    const run = await waiting(bench)
    expect(await bench.decide(run, 'bo', 'deny')).toMatchObject({ text: 'You denied #42. Nothing runs.' })
    const state = await bench.state(run)
    expect(state.finished).toMatchObject({ outcome: 'denied' })
    expect(state.finished?.summary).toContain('denied, nothing was changed\ndenied by Bo')
    await bench.leg(run, 2)
    bench.shell.verify()
  })

  test('after its time is told that it came late, and the run expires', async () => {
    const bench = await createBench()
    const run = await waiting(bench)
    bench.clock.advance(15 * MINUTE_MS)
    expect(codes(await bench.decide(run, 'bo'))).toEqual(['expired'])
    await reconcile({ journal: bench.journal, queue: noQueue(), name: 'reconcile@test' })
    expect((await bench.state(run)).finished).toMatchObject({ outcome: 'expired' })
  })

  test('needs two where two are asked for, and counts nobody twice', async () => {
    const bench = await createBench()
    const run = await waiting(bench, 'failover server2 override settled because "DC election"')
    expect(await bench.decide(run, 'bo')).toMatchObject({
      text: 'You approved #42. 1 more must agree before it runs.',
    })
    expect(codes(await bench.decide(run, 'bo'))).toEqual(['decided-before'])
    expect((await bench.state(run)).phase).toBe('waiting')
    expect(await bench.decide(run, 'cy')).toMatchObject({
      text: 'You approved #42. The checks are repeated, then it runs.',
    })
  })

  test('by two people in the same instant: both count where two are needed', async () => {
    const bench = await createBench()
    const run = await waiting(bench, 'failover server2 override settled because "DC election"')
    const answers = await Promise.all([bench.decide(run, 'bo'), bench.decide(run, 'cy')])
    expect(answers.map(answer => answer.kind)).toEqual(['decided', 'decided'])
    const state = await bench.state(run)
    expect(state.phase).toBe('runnable')
    expect(state.gates[0]?.decisions.map(one => one.speaker.person).sort()).toEqual(['bo', 'cy'])
  })

  test('by two people in the same instant: one counts where one is needed, the other is told', async () => {
    const bench = await createBench()
    const run = await waiting(bench)
    const answers = await Promise.all([bench.decide(run, 'bo'), bench.decide(run, 'cy')])
    expect(answers.map(answer => codes(answer)[0]).sort()).toEqual(['already-decided', 'decided'])
    expect((await bench.state(run)).gates[0]?.decisions).toHaveLength(1)
  })

  test('yes and no in the same instant: the one that was first stands, and no is never outvoted after it', async () => {
    const bench = await createBench()
    const run = await waiting(bench, 'failover server2 override settled because "DC election"')
    await Promise.all([bench.decide(run, 'bo', 'deny'), bench.decide(run, 'cy')])
    expect((await bench.state(run)).finished?.outcome).toBe('denied')
  })

  test('asks for the name of the node where policy wants it typed', async () => {
    const approve = { count: 1, from: ['oncall'], withinMs: MINUTE_MS, confirm: 'node-name' as const }
    const policies = { pvfs: { ...policy, disruptive: { run: ['oncall'], approve } } }
    const bench = await createBench({ policies })
    const run = await waiting(bench)
    expect(codes(await bench.decide(run, 'bo', 'approve', 'node3'))).toEqual(['wrong-name'])
    expect((await bench.decide(run, 'bo', 'approve', 'node5')).kind).toBe('decided')
  })

  test('by somebody who has left the Slack group meanwhile does not count', async () => {
    const bench = await createBench()
    const teams = { oncall: { name: 'oncall', members: ['ana', 'bo', 'cy'], slackGroup: 'S0ONCALL' } }
    Object.assign(bench.desking, { directory: { ...bench.desking.directory, teams } })
    const run = await waiting(bench)
    const verdict = { decision: 'approve' as const, reason: '', confirm: '', speaker: speaker('bo'), attest }
    const answer = await bench.desk.decide({ gate: { run }, ...verdict, teams: async () => false })
    expect(codes(answer)).toEqual(['not-in-slack-group'])
  })

  test('with the token of an older gate does not decide about a newer plan', async () => {
    const bench = await createBench()
    const run = await waiting(bench)
    const record = await bench.journal.load(run)
    const gate = record?.state.gates[0]
    if (!record || !gate) throw new Error('no gate')
    const { openedAt: _, decisions: __, result: ___, reason: ____, closedAt: _____, ...opened } = gate
    await bench.journal.append(
      record,
      [
        { type: 'gate-closed', gate: gate.gate, result: 'void', reason: 'server2 has moved' },
        { type: 'gate-opened', ...opened, token: 'f'.repeat(32), digest: 'another' },
      ],
      'worker',
    )
    const verdict = { decision: 'approve' as const, reason: '', confirm: '', speaker: speaker('bo'), attest }
    const answer = await bench.desk.decide({ gate: { token: gate.token }, ...verdict, teams: async () => true })
    expect(codes(answer)).toEqual(['plan-void'])
    expect(textOf(answer)).toContain('That plan of #42 is void: server2 has moved.')
  })

  test('with a token nobody gave out is refused', async () => {
    const bench = await createBench()
    await waiting(bench)
    const verdict = { decision: 'approve' as const, reason: '', confirm: '', speaker: speaker('bo'), attest }
    const answer = await bench.desk.decide({ gate: { token: '1'.repeat(31) }, ...verdict, teams: async () => true })
    expect(codes(answer)).toEqual(['no-gate'])
  })

  test('that cannot be journalled does not count, and says so', async () => {
    const bench = await createBench()
    const run = await waiting(bench)
    const { append } = bench.journal
    bench.journal.append = async (...all) => {
      bench.journal.away = true
      return await append(...all)
    }
    expect(codes(await bench.decide(run, 'bo'))).toEqual(['journal-unavailable'])
  })
})

/** Reconcile of a run whose gate has expired asks for no job. */
function noQueue() {
  const never = async () => {
    throw new Error('no job is wanted')
  }
  return { add: never, state: never, waiting: never, close: async () => undefined }
}
