import { describe, expect, test } from 'vitest'
import { bad, good } from '../../src/problem.ts'
import { decisionText, markText, requestText, resumeText, stopText, takeOverText } from '../../src/runs/attested.ts'
import type { RunState } from '../../src/runs/state.ts'
import { createAuthenticity } from '../../src/workers/authenticity.ts'
import { attest, policy, speaker } from '../support/bench-parts.ts'
import { approvedFailover } from '../support/failover.ts'
import { createBench } from '../support/run-bench.ts'
import { lost, type UnknownDesk, unknownDesk, unknownRun } from '../support/unknown-run.ts'

/** What a worker would verify, as text; `forged` is refused. */
function verifying(directory: Parameters<typeof createAuthenticity>[1], forged = '') {
  const texts: string[] = []
  const authenticity = createAuthenticity(
    async text => {
      texts.push(text)
      if (forged !== '' && text.includes(forged)) return bad({ code: 'bad-signature', message: 'Not theirs.' })
      return good(true)
    },
    directory,
    { pvfs: policy },
  )
  return { texts, authenticity }
}

describe('before a worker acts', () => {
  test('every word it acts on is verified, as it must have been signed', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    await bench.say('stop 42 enough', 'cy')
    const state = await bench.state(run)
    const { texts, authenticity } = verifying(bench.desking.directory)
    expect(await authenticity.doubts(state)).toEqual([])
    const [decision] = state.gates[0]?.decisions ?? []
    if (!decision || !state.stop) throw new Error('nothing was said')
    const { digest, reason, speaker, attestation } = decision
    const signed = { run, gate: 'approval', digest, decision: 'approve', reason } as const
    expect(texts).toEqual([
      requestText(run, state.request, state.speaker, state.attestation.at),
      decisionText(signed, speaker, attestation.at),
      stopText(run, 'enough', state.stop.speaker, state.stop.attestation.at),
    ])
  })

  test.each(['"kind":"request"', '"kind":"decision"', '"kind":"stop"'])('a forged %s is a doubt', async forged => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    await bench.say('stop 42', 'cy')
    const { authenticity } = verifying(bench.desking.directory, forged)
    expect(await authenticity.doubts(await bench.state(run))).toMatchObject([{ code: 'bad-signature' }])
  })

  test('an approval by somebody who is no longer on call does not suffice', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    const teams = { oncall: { name: 'oncall', members: ['ana', 'cy'] } }
    const { authenticity } = verifying({ ...bench.desking.directory, teams })
    expect(await authenticity.doubts(await bench.state(run))).toMatchObject([
      { code: 'not-approved', message: '#42 has 0 approvals that count today; 1 are needed.' },
    ])
  })

  test('unsigned words from a terminal may read, and nothing else', async () => {
    const bench = await createBench()
    const run = await bench.request('status')
    const state = await bench.state(run)
    const unsigned = {
      ...state,
      speaker: { ...state.speaker, via: 'cli' as const },
      attestation: { by: 'none' as const, signature: '', at: 0 },
    }
    const { texts, authenticity } = verifying(bench.desking.directory)
    expect(await authenticity.doubts(unsigned)).toEqual([])
    expect(texts).toEqual([])
    const plan = (await bench.state(await approvedFailover(bench))).plan
    expect(texts).toHaveLength(0)
    await authenticity.doubts({ ...unsigned, ...(plan && { plan }) })
    expect(texts).toHaveLength(1)
  })
})

/** Without the gates of the fixtures, whose digest is made up. */
async function spoken(desk: UnknownDesk, run: string): Promise<RunState> {
  return { ...(await desk.state(run)), gates: [] }
}

describe('after an unknown outcome', () => {
  test('every word that something follows from is verified, as it must have been signed', async () => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk, 'destructive')
    await desk.say('mark-done 42 "dark"', 'bo')
    await desk.say('resume 42 "the switch is back"', 'ana')
    await desk.append(run, ...lost())
    await desk.say('take-over 42 "gone"', 'cy')
    const state = await spoken(desk, run)
    const { texts, authenticity } = verifying(desk.parts.directory)
    expect(await authenticity.doubts(state)).toEqual([])
    const at = state.attestation.at
    expect(texts.slice(1)).toEqual([
      resumeText(run, 'the switch is back', speaker('ana'), desk.now),
      markText(run, 'move', 'dark', speaker('bo'), desk.now),
      takeOverText(run, 'gone', speaker('cy'), desk.now),
    ])
    expect(texts[0]).toBe(requestText(run, state.request, state.speaker, at))
  })

  test.each(['resume', 'mark-done', 'take-over'])('a forged %s is a doubt', async kind => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk, 'destructive')
    await desk.say(kind === 'resume' ? 'resume 42' : `${kind} 42 "seen"`, 'bo')
    const { authenticity } = verifying(desk.parts.directory, `"kind":"${kind}"`)
    expect(await authenticity.doubts(await spoken(desk, run))).toMatchObject([{ code: 'bad-signature' }])
  })

  test('who may not run such a thing today has not resumed it, marked it, or taken its cluster', async () => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk)
    const said = { speaker: speaker('dee'), reason: 'seen', attestation: await attest('', desk.now) }
    const { authenticity } = verifying(desk.parts.directory)
    await desk.append(run, { type: 'marked-done', step: 'move', ...said }, ...lost(), { type: 'resumed', ...said })
    await desk.append(
      run,
      { type: 'take-over-asked', ...said },
      { type: 'take-over-asked', ...said, speaker: speaker('bo') },
    )
    expect(await authenticity.doubts(await spoken(desk, run))).toMatchObject([
      { code: 'not-resumed' },
      {
        code: 'not-marked',
        message: '"Move the group" of #42 was marked as done by 0 whose word counts today; 1 are needed.',
      },
      { code: 'not-agreed', message: '1 of those who want pvfs taken from #42 count today; 2 are needed.' },
    ])
  })

  test('one whose cluster has no policy is left alone', async () => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk)
    await desk.say('resume 42', 'bo')
    const authenticity = createAuthenticity(async () => good(true), desk.parts.directory, {})
    expect(await authenticity.doubts(await spoken(desk, run))).toMatchObject([{ code: 'not-resumed' }])
  })

  test('an approver who has left the team does not keep a cluster held for ever', async () => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk)
    await desk.say('stop 42 "seen"', 'cy')
    const teams = { oncall: { name: 'oncall', members: ['ana', 'cy'] } }
    const { authenticity, texts } = verifying({ ...desk.parts.directory, teams })
    expect(await authenticity.doubts(await desk.state(run))).not.toEqual([])
    texts.length = 0
    expect(await authenticity.doubtsOfLettingGo(await desk.state(run))).toEqual([])
    expect(texts).toEqual([stopText(run, 'seen', speaker('cy'), desk.now)])
  })

  test('the approvals of a plan that is void are counted by nobody', async () => {
    const desk = await unknownDesk()
    const run = await unknownRun(desk)
    const state = await desk.state(run)
    const { authenticity } = verifying(desk.parts.directory)
    expect(await authenticity.doubts(state)).toMatchObject([{ code: 'other-plan' }])
    const gates = state.gates.map(gate => ({ ...gate, result: 'void' as const }))
    expect(await authenticity.doubts({ ...state, gates })).toEqual([])
  })
})
