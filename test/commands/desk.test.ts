import { describe, expect, test } from 'vitest'
import type { Answer } from '../../src/commands/desk.ts'
import { problemText } from '../../src/problem.ts'
import { attest, speaker } from '../support/bench-parts.ts'
import { approvedFailover, clear, move, preview, unmounted } from '../support/failover.ts'
import { type Bench, createBench } from '../support/run-bench.ts'

const _MINUTE_MS = 60_000

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

describe('a request', () => {
  test('is in the journal before it is accepted', async () => {
    const bench = await createBench()
    const nudged: string[][] = []
    Object.assign(bench.desking, { nudge: async (run: string) => nudged.push(bench.journal.types(run)) })
    const answer = await bench.say('failover server2')
    expect(answer).toMatchObject({ kind: 'accepted', number: 42, again: false, risk: 'change' })
    expect(nudged).toEqual([['requested']])
  })

  test('that cannot be journalled is NOT accepted, and says that nothing will run', async () => {
    const bench = await createBench()
    bench.journal.away = true
    const answer = await bench.say('failover server2')
    expect(textOf(answer)).toContain('NOT accepted: the journal cannot be written')
    expect(textOf(answer)).toContain('Nothing will run.')
  })

  test('that is delivered twice is one run, and the second answer says so', async () => {
    const bench = await createBench()
    const said = { text: 'failover server2', speaker: speaker('ana'), dedupe: 'same', teams: async () => true, attest }
    const [one, other] = [await bench.desk.say(said), await bench.desk.say(said)]
    expect([one, other]).toMatchObject([{ again: false }, { again: true }])
    expect(one.kind === 'accepted' && other.kind === 'accepted' && one.run === other.run).toBe(true)
  })

  test.each([
    ['dee', 'not-in-team'],
    ['', 'unknown-person'],
  ])('for a change by %j is refused: %s', async (person, code) => {
    const bench = await createBench()
    expect(codes(await bench.say('failover server2', person))).toEqual([code])
    expect(await bench.journal.active()).toEqual([])
  })

  test('that only reads may come from anybody', async () => {
    const bench = await createBench()
    expect(await bench.say('status', '')).toMatchObject({ kind: 'accepted', risk: 'read' })
  })

  test('whose words cannot be signed is not accepted', async () => {
    const bench = await createBench()
    const failing = async () => {
      throw new Error('the key of the bot cannot be read')
    }
    const said = { text: 'failover server2', speaker: speaker('ana'), dedupe: 'x', teams: async () => true }
    const answer = await bench.desk.say({ ...said, attest: failing })
    expect(textOf(answer)).toContain('NOT accepted: the key of the bot cannot be read.')
  })
})

describe('in words', () => {
  test('approve, deny and show do what the buttons do', async () => {
    const bench = await createBench()
    const run = await waiting(bench)
    expect(await bench.say('show 42', 'cy')).toMatchObject({ kind: 'run', record: { state: { run } } })
    expect((await bench.say('approve 42', 'bo')).kind).toBe('decided')
    expect(codes(await bench.say('deny 42 too late', 'cy'))).toEqual(['already-decided'])
    expect(codes(await bench.say('show 99'))).toEqual(['unknown-run'])
  })

  test('the latest runs are listed, newest first, with how they stand', async () => {
    const bench = await createBench()
    expect(await bench.say('runs')).toMatchObject({ text: 'No runs yet. Try: /ha status' })
    const run = await approvedFailover(bench)
    bench.shell.expect(move(), clear())
    await bench.leg(run, 2)
    await bench.request('status')
    const answer = await bench.say('runs')
    await expect(textIn(answer)).toMatchFileSnapshot('goldens/runs.txt')
  })

  test('help names every command, and one in full', async () => {
    const bench = await createBench()
    const help = await bench.say('help')
    const one = await bench.say('help failover')
    await expect(textIn(help)).toMatchFileSnapshot('goldens/help.txt')
    await expect(textIn(one)).toMatchFileSnapshot('goldens/help-failover.txt')
  })
})

function textIn(answer: Answer): string {
  return answer.kind === 'told' ? `${answer.text}\n` : ''
}
