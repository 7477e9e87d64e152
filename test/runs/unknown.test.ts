import { describe, expect, test } from 'vitest'
import { wantedLeg } from '../../src/runs/legs.ts'
import type { OperationEnd } from '../../src/runs/operations.ts'
import { approvedFailover, clear, move, preview, unmounted } from '../support/failover.ts'
import { type Bench, createBench } from '../support/run-bench.ts'
import { RECORD } from '../support/scripted-operations.ts'
import { broken } from '../support/scripted-shell.ts'
import { configured, moved, pvfsStatus, withLeftover } from '../support/statuses.ts'

const there = moved(withLeftover(configured(pvfsStatus(), '0.58')), 'server2', 'node5')
const free = { ...there, leftovers: [] }
const nothing = { text: '', bytes: 0, truncated: false }
const ended: OperationEnd = {
  kind: 'done',
  exitCode: 0,
  exitSignal: '',
  complete: true,
  stdout: nothing,
  stderr: nothing,
  durationMs: 900,
  record: RECORD,
}

/** A failover whose move nobody saw the end of. */
async function unknownFailover(): Promise<{ bench: Bench; run: string }> {
  const bench = await createBench()
  const run = await approvedFailover(bench)
  bench.shell.expect(move(broken('lost', 'the connection to node1 was lost 0.4 s after the request was sent')))
  expect((await bench.leg(run, 2)).finished?.outcome).toBe('unknown')
  return { bench, run }
}

async function restore(bench: Bench, run: string): Promise<void> {
  const record = await bench.journal.load(run)
  if (!record) throw new Error(`no run ${run}`)
  await bench.journal.append(record, [{ type: 'restored', entries: record.entries.length }], 'recover')
}

async function nextLeg(bench: Bench, run: string) {
  return await bench.leg(run, wantedLeg(await bench.state(run)))
}

describe('a run of unknown outcome that is resumed', () => {
  test('asks the node again, and goes on to its end when the answer is clear', async () => {
    const { bench, run } = await unknownFailover()
    bench.operations.say(ended)
    expect(await bench.say('resume 42 "node1 answers again"', 'bo')).toMatchObject({ kind: 'decided' })
    bench.status.say(there, there, free)
    bench.operations.sayOnce()
    bench.shell.expect(clear())
    const state = await nextLeg(bench, run)
    bench.shell.verify()
    expect(bench.operations.asked.slice(0, 2)).toEqual(['begin node1', 'settle node1'])
    expect(state.steps['move']?.executions).toMatchObject([{ attempt: 1, outcome: 'succeeded' }])
    expect(state.finished?.outcome).toBe('succeeded')
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })

  test('stays unknown while the node still says nothing, and nothing follows', async () => {
    const { bench, run } = await unknownFailover()
    bench.operations.silent.add('node1')
    await bench.say('resume 42', 'bo')
    const state = await nextLeg(bench, run)
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('unknown')
    expect(state.finished?.evidence?.[1]).toBe("node1's own record could not be read")
    expect(await bench.leases.holder('pvfs')).toMatchObject({ run })
  })

  test('does not begin what never reached the node: that must be asked for anew', async () => {
    const { bench, run } = await unknownFailover()
    bench.operations.forget()
    await bench.say('resume 42', 'bo')
    const state = await nextLeg(bench, run)
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('errored')
    expect(state.finished?.summary).toContain('nothing was changed')
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })

  test('whose step a person has seen done goes on behind it without asking the node', async () => {
    const { bench, run } = await unknownFailover()
    expect(await bench.say('mark-done 42 "server2 runs on node5, I looked"', 'bo')).toMatchObject({ kind: 'decided' })
    bench.status.say(there, there, free)
    bench.shell.expect(clear())
    const state = await nextLeg(bench, run)
    bench.shell.verify()
    expect(bench.operations.asked).toEqual(['begin node1', 'begin node1'])
    expect(state.steps['move']?.reason).toBe('marked as done by Bo: "server2 runs on node5, I looked"')
    expect(state.finished?.outcome).toBe('succeeded')
  })
})

describe('a run that Redis had lost', () => {
  test('is asked what became of its change, and nothing else begins until somebody resumes it', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move())
    bench.journal.beforeAppend = event => {
      if (event.type === 'execution-finished') throw new Error('Redis is gone')
    }
    await expect(bench.leg(run, 2)).rejects.toThrow('Redis is gone')
    bench.journal.beforeAppend = undefined
    await restore(bench, run)

    const state = await bench.leg(run, 2, 2)
    bench.shell.verify()
    expect(bench.operations.asked).toEqual(['begin node1', 'settle node1'])
    expect(state.steps['move']?.executions).toMatchObject([{ outcome: 'succeeded' }])
    expect(state.finished?.outcome).toBe('unknown')
    expect(state.finished?.summary).toContain('restored from the archive; nothing was begun since then')

    await bench.say('resume 42', 'bo')
    bench.status.say(there, there, free)
    bench.shell.expect(clear())
    expect((await nextLeg(bench, run)).finished?.outcome).toBe('succeeded')
    bench.shell.verify()
  })

  test('between its approval and the first change ends without one', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    await restore(bench, run)
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('errored')
    expect(state.finished?.summary).toContain('nothing was changed')
  })

  test('while it waits for approval goes on once somebody approves: that is a person who lets it', async () => {
    const bench = await createBench()
    bench.shell.expect(...unmounted(), preview())
    const run = await bench.request('failover server2')
    await bench.leg(run, 1)
    await restore(bench, run)
    await bench.decide(run, 'bo')
    bench.status.say(pvfsStatus(), there, there, free)
    bench.shell.expect(move(), clear())
    expect((await nextLeg(bench, run)).finished?.outcome).toBe('succeeded')
    bench.shell.verify()
  })
})

describe('a cluster that is taken from a run', () => {
  test('by two people: the epoch grows, every node is told, and what was under way is looked at', async () => {
    const { bench, run } = await unknownFailover()
    bench.operations.silent.add('node4')
    expect(await bench.say('take-over 42 "node1 is dead"', 'bo')).toMatchObject({ kind: 'decided' })
    expect((await nextLeg(bench, run)).takenOver).toBeUndefined()
    expect(await bench.say('take-over 42 "yes, it is"', 'cy')).toMatchObject({ kind: 'decided' })
    const state = await nextLeg(bench, run)
    bench.shell.verify()
    expect(state.takenOver).toMatchObject({
      cluster: 'pvfs',
      silent: ['node4'],
      fenced: ['node1', 'node2', 'node3', 'node5'],
    })
    expect([...bench.operations.fenced.values()]).toEqual([2, 2, 2, 2])
    expect(bench.operations.asked.at(-1)).toBe('settle node1')
    expect(state.lease?.released).toBe(true)
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
    expect(state.finished?.outcome).toBe('unknown')
  })
})
