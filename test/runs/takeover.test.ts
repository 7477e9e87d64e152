import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/runs/events.ts'
import { approvedFailover, clear, move, preview, unmounted } from '../support/failover.ts'
import { type Bench, createBench } from '../support/run-bench.ts'
import { RECORD } from '../support/scripted-operations.ts'
import { exited } from '../support/scripted-shell.ts'
import { configured, moved, pvfsStatus, withLeftover } from '../support/statuses.ts'

const before = pvfsStatus()
const there = moved(withLeftover(configured(before, '0.58')), 'server2', 'node5')
const free = { ...there, leftovers: [] }

class Killed extends Error {}

/** The worker dies in place of writing this event: nothing of it, and nothing after it, reaches the journal. */
async function killedBefore(bench: Bench, run: string, leg: number, matches: (event: RunEvent) => boolean) {
  bench.journal.beforeAppend = event => {
    if (matches(event)) throw new Killed(event.type)
  }
  await expect(bench.leg(run, leg)).rejects.toThrow(Killed)
  bench.journal.beforeAppend = undefined
}

describe('a worker that died is followed by another one, which', () => {
  test('never repeats a change in flight: it asks the node what became of it and goes on from there', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move())
    await killedBefore(bench, run, 2, event => event.type === 'execution-finished')
    bench.status.say(there, there, free)
    bench.shell.expect(clear())
    const state = await bench.leg(run, 2, 2)

    bench.shell.verify()
    expect(bench.operations.asked).toEqual(['begin node1', 'continue node1', 'begin node1'])
    expect(bench.shell.sent.filter(sent => sent.includes('crm_resource --move'))).toHaveLength(1)
    expect(state.steps['move']?.executions).toMatchObject([{ outcome: 'succeeded', record: RECORD, complete: true }])
    expect(state.finished?.outcome).toBe('succeeded')
  })

  test('sends a change that was intended and never reached the node', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(
      move(() => {
        throw new Killed('before anything was sent')
      }),
    )
    await expect(bench.leg(run, 2)).rejects.toThrow(Killed)
    bench.operations.forget()
    bench.status.say(there, there, free)
    bench.shell.expect(move(), clear())
    expect((await bench.leg(run, 2, 2)).finished?.outcome).toBe('succeeded')
    bench.shell.verify()
  })

  test('leaves it to a person when the process of the change is gone and its exit is nowhere', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(
      move(() => {
        throw new Killed('in the middle of it')
      }),
    )
    await expect(bench.leg(run, 2)).rejects.toThrow(Killed)
    const state = await bench.leg(run, 2, 2)

    bench.shell.verify()
    expect(state.finished?.outcome).toBe('unknown')
    expect(state.finished?.evidence).toEqual([
      `sent: "Move the group" to node1, operation ${run}-move-node1-1`,
      `node1's own record: ${RECORD}`,
      expect.stringContaining('the cluster says (node1, node4): 5 of 5 online'),
    ])
    expect(await bench.leases.holder('pvfs')).toMatchObject({ run })
  })

  test('fetches the output of a change again when not all of it was stored the first time', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say(before, there, there, free)
    bench.shell.expect(move(), clear())
    bench.operations.endAs(end => ({ ...end, complete: false }))
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(bench.operations.asked.slice(0, 2)).toEqual(['begin node1', 'settle node1'])
    expect(state.steps['move']?.executions).toMatchObject([{ outcome: 'succeeded', complete: false }])
    expect(state.finished?.outcome).toBe('succeeded')
  })

  test('never repeats a change whose result is journalled, although its step had not ended', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move())
    await killedBefore(bench, run, 2, event => event.type === 'step-finished' && event.step === 'move')
    bench.status.say(there, there, free)
    bench.shell.expect(clear())
    const state = await bench.leg(run, 2, 2)

    bench.shell.verify()
    expect(bench.shell.sent.filter(sent => sent.includes('--move'))).toHaveLength(1)
    expect(state.steps['move']).toMatchObject({ outcome: 'succeeded', executions: [{ attempt: 1 }] })
    expect(state.finished?.outcome).toBe('succeeded')
  })

  test('does not go on behind a change that had failed', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move(exited(1, '', 'No such resource\n')))
    await killedBefore(bench, run, 2, event => event.type === 'step-finished' && event.step === 'move')
    const state = await bench.leg(run, 2, 2)
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('failed')
    expect(state.finished?.summary).toContain('No such resource')
  })

  test('does not go on behind a step that had failed', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move(exited(1, '', 'No such resource\n')))
    await killedBefore(bench, run, 2, event => event.type === 'undo-offered')
    const state = await bench.leg(run, 2, 2)
    bench.shell.verify()
    expect(state.steps['arrived']).toBeUndefined()
    expect(state.finished?.outcome).toBe('failed')
  })

  test.each(['lease-released', 'finished'] as const)(
    'ends a run all of whose steps were done, when the first one died before it could write "%s"',
    async type => {
      const bench = await createBench()
      const run = await approvedFailover(bench)
      bench.shell.expect(move(), clear())
      await killedBefore(bench, run, 2, event => event.type === type)
      const state = await bench.leg(run, 2, 2)
      bench.shell.verify()
      expect(state.finished).toMatchObject({ outcome: 'succeeded', leftBehind: [] })
      expect(await bench.leases.holder('pvfs')).toBeUndefined()
    },
  )

  test('simply asks again where nothing is changed, and overwrites no output', async () => {
    const bench = await createBench()
    bench.shell.expect(...unmounted(), preview(exited(0, 'first\n')), preview(exited(0, 'second\n')))
    const run = await bench.request('failover server2')
    await killedBefore(bench, run, 1, event => event.type === 'step-finished' && event.step === 'preview')
    const state = await bench.leg(run, 1, 2)

    bench.shell.verify()
    expect(state.phase).toBe('waiting')
    const files = state.steps['preview']?.executions.map(({ attempt, stdout }) => [attempt, stdout?.file])
    expect(files).toEqual([
      [1, 'output/preview.node1.out'],
      [2, 'output/preview.node1.2.out'],
    ])
    const stored = await bench.outputs.read(run, 42, 'output/preview.node1.out', 100)
    expect(stored.bytes.toString()).toBe('first\n')
  })

  test('goes on with a wait where the first one stood', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move())
    await killedBefore(bench, run, 2, event => event.type === 'step-progress')
    bench.status.say(there, there, free)
    bench.shell.expect(clear())
    expect((await bench.leg(run, 2, 2)).finished?.outcome).toBe('succeeded')
    bench.shell.verify()
  })

  test('tells how long a change took in all: it went on while nobody followed it', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move())
    await killedBefore(bench, run, 2, event => event.type === 'execution-finished')
    bench.clock.advance(40_000)
    bench.status.say(there, there, free)
    bench.shell.expect(clear())
    const state = await bench.leg(run, 2, 2)
    bench.shell.verify()
    expect(state.steps['move']).toMatchObject({ outcome: 'succeeded', durationMs: 40_000 })
    expect(state.steps['tidy']?.durationMs).toBeLessThan(40_000)
  })

  test('counts its own time alone for what it asks anew: nothing went on meanwhile', async () => {
    const bench = await createBench()
    bench.shell.expect(...unmounted(), preview(), preview())
    const run = await bench.request('failover server2')
    await killedBefore(bench, run, 1, event => event.type === 'step-finished' && event.step === 'preview')
    bench.clock.advance(40_000)
    const state = await bench.leg(run, 1, 2)
    bench.shell.verify()
    expect(state.steps['preview']).toMatchObject({ outcome: 'succeeded', durationMs: 0 })
  })

  test('makes sure of the lease: given back but not yet told, it is taken again before a change', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say('unreadable')
    await killedBefore(bench, run, 2, event => event.type === 'lease-released')
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
    await bench.leases.take('pvfs', { run: '01JD0000000000000000000041', number: 41 }, bench.clock.now())
    bench.status.say(before)
    const state = await bench.leg(run, 2, 2)
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('refused')
    expect(state.finished?.summary).toContain('held by #41')
  })

  test('behind a change, a cluster that somebody else held meanwhile leaves it unknown', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move())
    await killedBefore(bench, run, 2, event => event.type === 'step-progress')
    const holder = await bench.leases.holder('pvfs')
    await bench.leases.release('pvfs', run, holder?.epoch ?? 0)
    const other = await bench.leases.take('pvfs', { run: '01JD0000000000000000000041', number: 41 }, 0)
    if (other.taken) await bench.leases.release('pvfs', '01JD0000000000000000000041', other.epoch)
    const state = await bench.leg(run, 2, 2)
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('unknown')
    expect(state.finished?.summary).toContain('pvfs was not held by this run for a while')
  })

  test('ends nothing twice: a leg of a run that is over does nothing', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move(), clear())
    const { seq } = await bench.leg(run, 2)
    expect((await bench.leg(run, 2, 2)).seq).toBe(seq)
    expect((await bench.leg(run, 3)).seq).toBe(seq)
  })
})

describe('a journal that was tampered with', () => {
  test('is not acted on when the plan is not the one that was approved', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    const doubted = bench.worker.authenticity
    const forged = { ...(await bench.state(run)) }
    const plan = forged.plan && { ...forged.plan, timeoutMs: forged.plan.timeoutMs + 1 }
    const problems = await doubted.doubts({ ...forged, ...(plan && { plan }) })
    expect(problems).toMatchObject([{ code: 'other-plan' }])
    expect(await doubted.doubts(forged)).toEqual([])
  })

  test('is not acted on when an entry does not follow from the one before it', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    const { load } = bench.journal
    bench.journal.load = async id => {
      const record = await load(id)
      return (
        record && { ...record, entries: record.entries.map(one => (one.seq === 3 ? { ...one, by: 'nobody' } : one)) }
      )
    }
    await bench.leg(run, 2)
    bench.journal.load = load
    const state = await bench.state(run)
    expect(state.problems).toMatchObject([{ code: 'chain-broken' }])
    bench.shell.verify()
  })

  test('never carries out a change without an approval, whatever the plan says', async () => {
    const bench = await createBench()
    bench.shell.expect(...unmounted(), preview())
    const run = await bench.request('failover server2')
    const { planner } = bench.worker
    const ungated = {
      plan: async (...asked: Parameters<typeof planner.plan>) => {
        const event = await planner.plan(...asked)
        if (event.type !== 'planned') return event
        const steps = event.plan.steps.filter(step => step.kind !== 'approve')
        return { ...event, plan: { ...event.plan, steps } }
      },
    }
    Object.assign(bench.worker, { planner: ungated })
    const state = await bench.leg(run, 1)
    bench.shell.verify()
    expect(state.finished).toMatchObject({ outcome: 'refused' })
    expect(state.finished?.summary).toContain('nobody approved this change')
  })

  test('behind a change, an approval that no longer counts leaves the outcome to a person', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move())
    await killedBefore(bench, run, 2, event => event.type === 'step-progress')
    Object.assign(bench.worker.authenticity, {
      doubts: async () => [{ code: 'not-approved', message: '#42 has 0 approvals that count today; 1 are needed.' }],
    })
    const state = await bench.leg(run, 2, 2)
    expect(state.finished?.outcome).toBe('unknown')
    expect(state.finished?.summary).toContain('0 approvals that count today')
    expect(await bench.leases.holder('pvfs')).toMatchObject({ run })
  })
})
