import { describe, expect, test } from 'vitest'
import { approvedFailover, clear, move, preview, unmounted } from '../support/failover.ts'
import { createBench } from '../support/run-bench.ts'
import { configured, moved, offline, pvfsStatus, withFailure } from '../support/statuses.ts'

const CHECKS = ['quorum', 'settled', 'managed', 'runs_once', 'sound', 'free', 'able', 'members', 'calm', 'fencing']
const STEP = ['step-started', 'step-finished']
const ON_FIVE = (type: string) => Array.from({ length: 5 }, () => type)
const EXECUTED = ['step-started', 'execution-started', 'execution-finished', 'step-finished']

describe('a failover that goes well', () => {
  test('the journal tells it from the request to the gate in exactly these events', async () => {
    const bench = await createBench()
    bench.shell.expect(...unmounted(), preview())
    const run = await bench.request('failover server2')
    const state = await bench.leg(run, 1)

    expect(bench.journal.types(run)).toEqual([
      'requested',
      'leg-started',
      'planned',
      ...CHECKS.flatMap(() => STEP),
      'step-started',
      ...ON_FIVE('execution-started'),
      ...ON_FIVE('execution-finished'),
      'step-finished',
      ...EXECUTED,
      'gate-opened',
    ])
    expect(state.phase).toBe('waiting')
    expect(state.gates[0]).toMatchObject({ digest: state.digest, count: 1, from: ['oncall'], confirm: '' })
    bench.shell.verify()
  })

  test('the journal tells it from the approval to the end in exactly these events', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    const before = bench.journal.types(run).length
    bench.shell.expect(move(), clear())
    const state = await bench.leg(run, 2)

    expect(bench.journal.types(run).slice(before)).toEqual([
      'leg-started',
      'lease-taken',
      ...CHECKS.flatMap(() => STEP),
      ...STEP,
      ...EXECUTED,
      'step-started',
      'step-progress',
      'step-progress',
      'step-finished',
      ...EXECUTED,
      'step-started',
      'step-progress',
      'step-finished',
      'lease-released',
      'finished',
    ])
    expect(state.finished).toMatchObject({
      outcome: 'succeeded',
      summary: 'server2 runs on node5\nmoved from node3',
      leftBehind: [],
      next: [],
      status: { groups: { server2: { node: 'node5' } }, configuration: { version: '0.59' } },
    })
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
    bench.shell.verify()
  })

  test('nothing is sent to a node before the journal holds the intention', async () => {
    const bench = await createBench()
    const order: string[] = []
    bench.journal.afterAppend = event => {
      if (event.type === 'execution-started' || event.type === 'execution-finished')
        order.push(`${event.type} ${event.step}`)
    }
    const noted = (what: string, expected: ReturnType<typeof move>) => ({
      ...expected,
      result: async () => {
        order.push(`sent ${what}`)
        return expected.result as Exclude<typeof expected.result, (...all: never[]) => unknown>
      },
    })
    const run = await approvedFailover(bench)
    order.length = 0
    bench.shell.expect(noted('move', move()), noted('tidy', clear()))
    await bench.leg(run, 2)

    expect(order).toEqual(
      ['move', 'tidy'].flatMap(step => [`execution-started ${step}`, `sent ${step}`, `execution-finished ${step}`]),
    )
  })

  test('an intention that cannot be journalled is never sent', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.journal.beforeAppend = event => {
      if (event.type !== 'execution-started') return
      bench.journal.away = true
      throw new Error('Redis went away')
    }
    await expect(bench.leg(run, 2)).rejects.toThrow('Redis went away')
    bench.shell.verify()
  })

  test('the operation of a change names run, step, node and attempt', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move(), clear())
    const { steps } = await bench.leg(run, 2)
    expect(steps['move']?.executions).toMatchObject([
      { host: 'node1', attempt: 1, operation: `${run}-move-node1-1`, outcome: 'succeeded', exitCode: 0 },
    ])
  })

  test('checks are repeated after the approval and told apart from the first ones', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move(), clear())
    const state = await bench.leg(run, 2)
    expect(Object.keys(state.again)).toEqual(CHECKS)
    expect(Object.values(state.again).map(step => step.outcome)).toEqual(CHECKS.map(() => 'succeeded'))
  })

  test('the worker ends its leg at the gate and holds no lease while people think', async () => {
    const bench = await createBench()
    await approvedFailover(bench)
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })
})

describe('what a failover leaves behind', () => {
  test('is also the node that lost its power because the group would not stop, however well it went', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    const there = offline(configured(moved(pvfsStatus(), 'server2', 'node5'), '0.58'), 'node3')
    bench.status.say(pvfsStatus(), there, there)
    bench.shell.expect(move(), clear())
    const { finished } = await bench.leg(run, 2)
    expect(finished).toMatchObject({ outcome: 'succeeded', leftBehind: ['node3 not online any more'] })
  })

  test('names what failed again and again once', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    const fencing = { resource: '', group: '', node: 'node3', task: 'reboot' }
    const there = withFailure(withFailure(configured(moved(pvfsStatus(), 'server2', 'node5'), '0.58'), fencing), {
      ...fencing,
      at: '2026-01-01T00:00:05Z',
    })
    bench.status.say(pvfsStatus(), there, there)
    bench.shell.expect(move())
    const { finished } = await bench.leg(run, 2)
    expect(finished?.leftBehind).toEqual(['failure of fencing (reboot) on node3'])
  })
})
