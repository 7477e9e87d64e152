import { describe, expect, test } from 'vitest'
import { approvedFailover, clear, move } from '../support/failover.ts'
import { createBench } from '../support/run-bench.ts'
import { broken, exited, notSent } from '../support/scripted-shell.ts'
import { configured, moved, pvfsStatus, withLeftover } from '../support/statuses.ts'

const UNREACHED = notSent('unreachable', 'node1 (192.0.2.11:22) does not answer')

describe('a change the cluster says no to', () => {
  test('ends the run as failed, is not repeated, and nothing after it is sent', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say(pvfsStatus())
    bench.shell.expect(move(exited(1, '', 'Error performing operation: No such device or address\n')))
    const state = await bench.leg(run, 2)

    bench.shell.verify()
    expect(state.finished).toMatchObject({ outcome: 'failed', leftBehind: [] })
    expect(state.finished?.summary).toBe(
      [
        'Failover server2 · node3 → node5: failed',
        'step "Move the group": node1: exit 1: Error performing operation: No such device or address',
        'server2 runs on node3',
      ].join('\n'),
    )
    expect(state.steps['tidy']).toBeUndefined()
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })

  test('a signal that ended it is named', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    const killed = { ...exited(-1), exitSignal: 'SIGTERM' }
    bench.shell.expect(move(killed as ReturnType<typeof exited>))
    const { steps } = await bench.leg(run, 2)
    expect(steps['move']).toMatchObject({ outcome: 'failed', reason: 'node1: ended by SIGTERM' })
  })
})

describe('a change whose result nobody saw', () => {
  test.each([
    ['lost', 'the connection to node1 was lost 0.4 s after the request was sent'],
    ['timed-out', 'node1 did not answer within 1 min'],
    ['cancelled', 'it was told to stop after it was sent'],
  ] as const)('%s is unknown: the lease stays, nothing follows, and it says how to go on', async (kind, reason) => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say(pvfsStatus())
    bench.shell.expect(move(broken(kind, reason)))
    const state = await bench.leg(run, 2)

    bench.shell.verify()
    expect(state.finished?.outcome).toBe('unknown')
    expect(state.finished?.summary).toContain(`"Move the group": node1: ${reason}`)
    expect(state.finished?.next.join('\n')).toContain('pvfs stays held by #42')
    expect(state.finished?.next.join('\n')).toContain('/ha stop 42')
    expect(state.lease?.released).toBe(false)
    expect(await bench.leases.holder('pvfs')).toMatchObject({ run })
  })

  test('a stop by somebody who has looked frees the cluster, and the outcome stays unknown', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move(broken('lost', 'the link broke')))
    await bench.leg(run, 2)
    expect(await bench.say('stop 42 looked at it, node5 has it', 'bo')).toMatchObject({
      kind: 'decided',
      text: '#42 stays unknown; pvfs is given free.',
    })
    const state = await bench.leg(run, 3)
    expect(state.finished?.outcome).toBe('unknown')
    expect(state.lease?.released).toBe(true)
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })
})

describe('a change that never left', () => {
  test('as the first one leaves everything as it was: errored, lease given back, no undo offered', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.status.say(pvfsStatus())
    bench.shell.expect(move(UNREACHED))
    const state = await bench.leg(run, 2)

    bench.shell.verify()
    expect(state.finished?.outcome).toBe('errored')
    expect(state.finished?.summary).toContain('could not be carried out, nothing was changed')
    expect(state.undo).toEqual([])
    expect(state.lease?.released).toBe(true)
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })

  test('as a later one is failed: all results are known, and the constraint left behind is told', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    const there = moved(withLeftover(configured(pvfsStatus(), '0.58')), 'server2', 'node5')
    bench.status.say(pvfsStatus(), there)
    bench.shell.expect(move(), clear(UNREACHED))
    const state = await bench.leg(run, 2)

    bench.shell.verify()
    expect(state.finished).toMatchObject({
      outcome: 'failed',
      leftBehind: ['constraint cli-prefer-server2 (prefer node5)'],
    })
    expect(state.finished?.summary).not.toContain('nothing was changed')
    expect(state.finished?.summary).toContain('server2 runs on node5')
    expect(state.undo).toEqual([{ step: 'move', command: 'migrate server2 to node3 on pvfs', hosts: [] }])
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })
})
