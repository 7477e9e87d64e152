import { describe, expect, test } from 'vitest'
import { bad, good } from '../../src/problem.ts'
import { decisionText, requestText, stopText } from '../../src/runs/attested.ts'
import { createAuthenticity } from '../../src/workers/authenticity.ts'
import { approvedFailover } from '../support/failover.ts'
import { createBench } from '../support/run-bench.ts'

/** What a worker would verify, as text; `forged` is refused. */
function verifying(directory: Parameters<typeof createAuthenticity>[1], forged = '') {
  const texts: string[] = []
  const authenticity = createAuthenticity(async text => {
    texts.push(text)
    if (forged !== '' && text.includes(forged)) return bad({ code: 'bad-signature', message: 'Not theirs.' })
    return good(true)
  }, directory)
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
