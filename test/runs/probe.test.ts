import { describe, expect, test } from 'vitest'
import { approvedMove, measuredMove, moveBench, SERVICE, silence } from '../support/measured-move.ts'
import { moved, pvfsStatus, unsettled } from '../support/statuses.ts'

describe('a probe', () => {
  test('that nothing measures asks a few times before the gate, and stops asking', async () => {
    const bench = await moveBench()
    const state = await bench.leg(await bench.request('measured move server2 to node5'), 1)
    expect(state.phase).toBe('waiting')
    expect(state.steps['answers']).toMatchObject({ outcome: 'succeeded', reason: `${SERVICE} answers` })
    expect(bench.prober.asked).toEqual([SERVICE])
    expect(bench.prober.open).toEqual([])
  })

  test('fails at the first request that is refused: the requester learns at once', async () => {
    const bench = await moveBench()
    bench.prober.says = () => 'connection refused'
    const state = await bench.leg(await bench.request('measured move server2 to node5'), 1)
    expect(state.finished?.outcome).toBe('failed')
    expect(state.finished?.summary).toContain('nothing was changed')
    expect(state.steps['answers']?.reason).toBe(`${SERVICE} does not answer: connection refused`)
    expect(bench.prober.open).toEqual([])
  })

  test('of a group without an address is planned, so that a check can say what to add to ha.yaml', async () => {
    const bench = await moveBench()
    const state = await bench.leg(await bench.request('measured move server1 to node5'), 1)
    expect(state.finished?.outcome).toBe('failed')
    expect(state.finished?.summary).toContain('The inventory says where clients reach the group')
    expect(bench.prober.asked).toEqual([])
  })

  test('by itself says what to add when the inventory has no address', async () => {
    const bench = await moveBench(measuredMove().replace(/^.*id: reachable.*\n/m, ''))
    const state = await bench.leg(await bench.request('measured move server1 to node5'), 1)
    expect(state.steps['answers']?.reason).toContain('add service: "host:port" to the group')
  })

  test('never asks an address that the inventory does not have, whoever names it', async () => {
    const text = measuredMove().replaceAll("probe: 'cluster.groups[inputs.group].service'", `probe: '"192.0.2.99:22"'`)
    const bench = await moveBench(text)
    const state = await bench.leg(await bench.request('measured move server2 to node5'), 1)
    expect(state.problems.map(problem => problem.message)).toEqual([
      'Step "answers" cannot be planned: "192.0.2.99:22" is not where clients reach a group of pvfs.',
      'Step "clients" cannot be planned: "192.0.2.99:22" is not where clients reach a group of pvfs.',
    ])
    expect(bench.prober.asked).toEqual([])
  })
})

describe('a measured probe', () => {
  test('is asked on while the group moves, and how long clients were without it is what the run ends with', async () => {
    const { bench, run } = await approvedMove()
    silence(bench, 4000)
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    const measured = state.steps['outage']?.measured
    expect(measured).toMatchObject({ target: SERVICE, everyMs: 1000, failed: 4, outages: 1, longestMs: 5010 })
    expect(measured?.gaps).toHaveLength(1)
    expect(state.steps['outage']).toMatchObject({
      outcome: 'succeeded',
      reason: `clients were without it for 5.0 s (4 of ${measured?.rounds} requests without an answer)`,
    })
    expect(state.finished?.summary.split('\n')).toEqual([
      'server2 runs on node5',
      'moved from node3',
      state.steps['outage']?.reason,
    ])
    expect(bench.prober.open).toEqual([])
  })

  test('has the times of a gap on the clock of the run', async () => {
    const { bench, run } = await approvedMove()
    silence(bench, 4000)
    const state = await bench.leg(run, 2)
    const [gap] = state.steps['outage']?.measured?.gaps ?? []
    const started = state.steps['clients']?.startedAt ?? 0
    const steady = state.steps['outage']?.measured?.steadyMs ?? 0
    expect(gap?.fromMs).toBe(started + 2000)
    expect(gap?.failedMs).toBe(started + 3000)
    expect(gap?.toMs).toBe(started + 7010)
    expect(steady).toBe(started + 11_010)
    expect(gap?.reason).toBe('connection refused')
  })

  test('without a request that went without an answer says so', async () => {
    const { bench, run } = await approvedMove()
    const state = await bench.leg(run, 2)
    expect(state.steps['outage']?.outcome).toBe('succeeded')
    expect(state.steps['outage']?.reason).toMatch(/^no request went without an answer; \d+ requests, once a second$/)
    expect(state.steps['outage']?.measured).toMatchObject({ failed: 0, outages: 0, longestMs: 0, gaps: [] })
  })

  test('fails when clients were without it for longer than `most`, and is not said twice', async () => {
    const { bench, run } = await approvedMove(measuredMove('most: 5s'))
    silence(bench, 8000)
    const state = await bench.leg(run, 2)
    expect(state.finished?.outcome).toBe('failed')
    expect(state.steps['outage']?.reason).toContain('; that is longer than 5.0 s')
    expect(state.finished?.summary.match(/clients were without it for/g)).toHaveLength(1)
  })

  test('fails when it does not answer steadily in time; the cluster itself is not in doubt', async () => {
    const { bench, run } = await approvedMove(measuredMove('timeout: 20s'))
    silence(bench, 600_000)
    const state = await bench.leg(run, 2)
    expect(state.finished?.outcome).toBe('failed')
    expect(state.steps['outage']?.reason).toBe(
      `${SERVICE} did not answer 5 times in a row within 20 s: connection refused`,
    )
    expect(state.steps['outage']?.measured?.gaps).toMatchObject([{ open: true }])
    expect(state.finished?.summary).toContain('server2 runs on node5')
    expect(state.finished?.summary).toContain('clients are still without it')
  })

  test('says in the journal now and then how long nobody has answered, and that somebody does again', async () => {
    const { bench, run } = await approvedMove()
    silence(bench, 30_000)
    await bench.leg(run, 2)
    const record = await bench.journal.load(run)
    const said = record?.entries.flatMap(({ event }) =>
      event.type === 'step-progress' && event.step === 'outage' ? [event.text] : [],
    )
    expect(said?.at(0)).toMatch(/^no answer since \d+(\.0)? s \(connection refused\)$/)
    expect(said?.at(-1)).toBe('answers; waiting for 5 answers in a row')
    expect(said?.length).toBeLessThan(10)
  })

  test('is not asked by the next worker when its own is lost: nothing is measured, and nothing is done again', async () => {
    const { bench, run } = await approvedMove()
    bench.journal.beforeAppend = event => {
      if (event.type === 'step-started' && event.step === 'outage') throw new Error('killed')
    }
    await expect(bench.leg(run, 2)).rejects.toThrow('killed')
    expect(bench.prober.open).toEqual([])
    bench.journal.beforeAppend = undefined
    const state = await bench.leg(run, 2, 2)
    bench.shell.verify()
    expect(state.steps['clients']?.outcome).toBe('succeeded')
    expect(state.steps['outage']).toMatchObject({
      outcome: 'failed',
      reason: 'not measured: the worker that asked ended meanwhile',
    })
    expect(state.finished?.outcome).toBe('failed')
    expect(state.finished?.summary).toContain('server2 runs on node5')
    expect(bench.prober.asked).toEqual([SERVICE, SERVICE])
  })

  test('is not asked on while a run of unknown outcome stands still: nothing is measured once it is resumed', async () => {
    const { bench, run } = await approvedMove()
    bench.status.say(pvfsStatus(), unsettled(moved(pvfsStatus(), 'server2', ''), 'transition under way'))
    expect((await bench.leg(run, 2)).finished?.outcome).toBe('unknown')
    expect(bench.prober.open).toEqual([])
    bench.status.say(moved(pvfsStatus(), 'server2', 'node5'))
    await bench.say('resume 42 "it has arrived"', 'bo')
    const state = await bench.leg(run, 3)
    expect(state.steps['there']?.outcome).toBe('succeeded')
    expect(state.steps['outage']?.reason).toBe('not measured: nobody asked while the run stood still')
  })

  test('goes on behind a measurement that failed where the runbook says so', async () => {
    const behind = '- { id: calm, name: Nothing is under way, check: cluster.settled }'
    const { bench, run } = await approvedMove(measuredMove('most: 1s\non-failure: continue', behind))
    silence(bench, 8000)
    const state = await bench.leg(run, 2)
    expect(state.steps['calm']?.outcome).toBe('succeeded')
    expect(state.finished?.outcome).toBe('failed')
  })

  test('is ended by a person who says stop while it is measured', async () => {
    const { bench, run } = await approvedMove()
    silence(bench, 600_000)
    bench.clock.when(bench.clock.monotonic() + 20_000, () => void bench.say('stop 42', 'bo'))
    const state = await bench.leg(run, 2)
    expect(state.steps['outage']).toMatchObject({ outcome: 'cancelled' })
    expect(state.steps['outage']?.measured?.outages).toBe(1)
    expect(state.finished?.outcome).toBe('cancelled')
    expect(bench.prober.open).toEqual([])
  })

  test('is let go when this worker leaves', async () => {
    const { bench, run } = await approvedMove()
    silence(bench, 600_000)
    const leaving = new AbortController()
    bench.clock.when(bench.clock.monotonic() + 20_000, () => leaving.abort())
    const state = await bench.leg(run, 2, 1, leaving.signal)
    expect(state.phase).toBe('running')
    expect(state.steps['outage']?.outcome).toBeUndefined()
    expect(bench.prober.open).toEqual([])
  })

  test('is summed up when a step in between fails: what clients feel now is what counts', async () => {
    const { bench, run } = await approvedMove()
    silence(bench, 600_000)
    bench.status.say(pvfsStatus(), unsettled(moved(pvfsStatus(), 'server2', ''), 'transition under way'))
    const state = await bench.leg(run, 2)
    expect(state.finished?.outcome).toBe('unknown')
    expect(state.steps['outage']).toBeUndefined()
    expect(state.finished?.summary).toMatch(
      /clients are still without it, for [\d.]+ (s|m|min)\S* .*connection refused/,
    )
    expect(bench.prober.open).toEqual([])
  })

  test('is let go when a step in between fails', async () => {
    const { bench, run } = await approvedMove()
    bench.status.say(moved(pvfsStatus(), 'server2', ''))
    const state = await bench.leg(run, 2)
    expect(state.finished?.outcome).not.toBe('succeeded')
    expect(state.steps['outage']).toBeUndefined()
    expect(bench.prober.open).toEqual([])
  })
})
