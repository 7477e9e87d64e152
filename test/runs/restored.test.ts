import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/runs/events.ts'
import type { RunState } from '../../src/runs/state.ts'
import { libraryWith } from '../support/bench-parts.ts'
import { approvedFailover, clear, move } from '../support/failover.ts'
import { type Bench, createBench } from '../support/run-bench.ts'
import { type Expected, exited } from '../support/scripted-shell.ts'

const RUNBOOK = (hosts: string) => `apiVersion: ha/v1
name: trial
version: 1.0.0
stack: pacemaker
summary: A trial
command: trial
risk: disruptive
timeout: 10m
steps:
  - { id: agree, approve: Do it }
  - id: first
    name: The first change
    hosts: any
    change: disruptive
    run: first
    onFailure
  - id: last
    name: The last change
    hosts: ${hosts}
    change: disruptive
    run: last
`

/** Two changes behind an approval, each of them approved. */
async function approvedTrial({ hosts = 'any', onFailure = '' } = {}): Promise<{ bench: Bench; run: string }> {
  const library = await libraryWith(RUNBOOK(hosts).replace('    onFailure\n', onFailure))
  const bench = await createBench({ library })
  return { bench, run: await bench.approved('trial') }
}

const change = (script: string, result: Expected['result'] = exited(0), node = 'node1'): Expected => ({
  node,
  script,
  result,
})

/** Redis is emptied when this was about to be written; the run is back from the archive, and a worker looks at it. */
async function lostBefore(bench: Bench, run: string, isIt: (event: RunEvent) => boolean): Promise<RunState> {
  bench.journal.beforeAppend = event => {
    if (isIt(event)) throw new Error('Redis is gone')
  }
  await expect(bench.leg(run, 2)).rejects.toThrow('Redis is gone')
  bench.journal.beforeAppend = undefined
  const record = await bench.journal.load(run)
  if (!record) throw new Error(`no run ${run}`)
  await bench.journal.append(record, [{ type: 'restored', entries: record.entries.length }], 'recover')
  return await bench.leg(run, 2, 2)
}

const ends = (type: RunEvent['type'], step: string) => (event: RunEvent) =>
  event.type === type && 'step' in event && event.step === step

/** How often each change was sent to a node. */
const sent = (bench: Bench, script: string) => bench.shell.sent.filter(one => one.includes(script)).length

describe('a run that Redis had lost in its last change', () => {
  test('succeeds when its node says that the change did: there is nothing left to begin', async () => {
    const { bench, run } = await approvedTrial()
    bench.shell.expect(change('first'), change('last'))
    const state = await lostBefore(bench, run, ends('execution-finished', 'last'))
    bench.shell.verify()
    expect(bench.operations.asked).toEqual(['begin node1', 'begin node1', 'settle node1'])
    expect(state.steps['last']).toMatchObject({ outcome: 'succeeded', executions: [{ outcome: 'succeeded' }] })
    expect(state).toMatchObject({ restored: true, lease: { released: true }, finished: { outcome: 'succeeded' } })
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })

  test.each<[string, string]>([
    ['the end of its step', 'step-finished'],
    ['its own end', 'lease-released'],
  ])('succeeds when nothing but %s was not written any more', async (_, type) => {
    const { bench, run } = await approvedTrial()
    bench.shell.expect(change('first'), change('last'))
    const isIt = type === 'step-finished' ? ends(type, 'last') : (event: RunEvent) => event.type === type
    const state = await lostBefore(bench, run, isIt)
    bench.shell.verify()
    expect(bench.operations.asked).toEqual(['begin node1', 'begin node1'])
    expect(state.finished?.outcome).toBe('succeeded')
    expect(bench.journal.types(run).filter(one => one === 'step-finished')).toHaveLength(2)
  })

  test('fails when its node says that the change did', async () => {
    const { bench, run } = await approvedTrial()
    bench.shell.expect(change('first'), change('last', exited(3, '', 'no such thing\n')))
    const state = await lostBefore(bench, run, ends('execution-finished', 'last'))
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('failed')
    expect(state.finished?.summary).toContain('step "The last change": node1: exit 3: no such thing')
    expect(await bench.leases.holder('pvfs')).toBeUndefined()
  })

  test('fails when a change before it had, although the run was to go on behind that', async () => {
    const { bench, run } = await approvedTrial({ onFailure: '    on-failure: continue\n' })
    bench.shell.expect(change('first', exited(1, '', 'busy\n')), change('last'))
    const state = await lostBefore(bench, run, ends('execution-finished', 'last'))
    bench.shell.verify()
    expect(state.steps['last']?.outcome).toBe('succeeded')
    expect(state.finished?.outcome).toBe('failed')
    expect(state.finished?.summary).toContain('busy')
  })

  test('is unknown while its node does not say, and keeps the cluster', async () => {
    const { bench, run } = await approvedTrial()
    bench.shell.expect(
      change('first'),
      change('last', () => {
        bench.operations.silent.add('node1')
        return exited(0)
      }),
    )
    const state = await lostBefore(bench, run, ends('execution-finished', 'last'))
    expect(state.finished?.outcome).toBe('unknown')
    expect(state.finished?.summary).toContain('node1 does not answer')
    expect(await bench.leases.holder('pvfs')).toMatchObject({ run })
  })

  test('is unknown when another run has the cluster meanwhile, and says which', async () => {
    const { bench, run } = await approvedTrial()
    bench.shell.expect(change('first'), change('last'))
    const other = { run: '01JD0000000000000000000099', number: 99 }
    const state = await lostBefore(bench, run, event => {
      if (!ends('execution-finished', 'last')(event)) return false
      void bench.leases.bump('pvfs', run)
      void bench.leases.take('pvfs', other, bench.clock.now())
      return true
    })
    bench.shell.verify()
    expect(state.steps['last']?.executions).toMatchObject([{ outcome: 'succeeded' }])
    expect(state.finished?.outcome).toBe('unknown')
    expect(state.finished?.summary).toContain('Every step is done, but meanwhile pvfs is held by #99')
    expect(await bench.leases.holder('pvfs')).toMatchObject(other)
  })
})

describe('a run that Redis had lost with something left to do', () => {
  test('begins nothing, is unknown, and says what succeeded and what is left', async () => {
    const { bench, run } = await approvedTrial()
    bench.shell.expect(change('first'))
    const state = await lostBefore(bench, run, ends('execution-finished', 'first'))
    bench.shell.verify()
    expect(sent(bench, 'last')).toBe(0)
    expect(state.finished?.outcome).toBe('unknown')
    expect(state.finished?.summary).toContain(
      'Redis had lost this run and it was restored from the archive; nothing was begun since then. "The first change" succeeded. Still to do: "The last change"',
    )
    expect(await bench.leases.holder('pvfs')).toMatchObject({ run })
  })

  test('does not take a change for done that was sent to some of its hosts only', async () => {
    const { bench, run } = await approvedTrial({ hosts: `"['node1', 'node2']"` })
    bench.shell.expect(change('first'), change('last'))
    const state = await lostBefore(bench, run, event => event.type === 'execution-finished' && event.step === 'last')
    bench.shell.verify()
    expect(sent(bench, 'last')).toBe(1)
    expect(state.finished?.outcome).toBe('unknown')
    expect(state.finished?.summary).toContain('nothing was begun since then. Still to do: "The last change"')
    await bench.say('resume 42', 'bo')
    bench.shell.expect(change('last', exited(0), 'node2'))
    expect((await bench.leg(run, 3)).finished?.outcome).toBe('succeeded')
    bench.shell.verify()
  })

  test('does not wait for the cluster either: that is for the person who resumes it', async () => {
    const bench = await createBench()
    const run = await approvedFailover(bench)
    bench.shell.expect(move(), clear())
    const state = await lostBefore(bench, run, ends('execution-finished', 'tidy'))
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('unknown')
    expect(state.finished?.summary).toContain(
      '"Remove the constraint the move left behind" succeeded. Still to do: "The constraint is gone, and the group stays where it is without it"',
    )
  })

  test('is failed when its journal has it that a step had failed', async () => {
    const { bench, run } = await approvedTrial()
    bench.shell.expect(change('first', exited(1, '', 'busy\n')))
    const state = await lostBefore(bench, run, event => event.type === 'finished')
    bench.shell.verify()
    expect(sent(bench, 'last')).toBe(0)
    expect(state.finished?.outcome).toBe('failed')
    expect(state.finished?.summary).toContain('busy')
  })
})
