import { describe, expect, test } from 'vitest'
import { libraryWith } from '../support/bench-parts.ts'
import { createBench } from '../support/run-bench.ts'
import { broken, exited, notSent } from '../support/scripted-shell.ts'
import { pvfsStatus, unsettled } from '../support/statuses.ts'

/** A runbook of read-only steps, or behind an approval when `risk` says so. */
function runbook(steps: string, risk = 'read', inputs = ''): string {
  return `apiVersion: ha/v1
name: trial
version: 1.0.0
stack: pacemaker
summary: A trial
command: trial
risk: ${risk}
timeout: 10m
${inputs}steps:
${steps}`
}

async function carried(steps: string) {
  const bench = await createBench({ library: await libraryWith(runbook(steps)) })
  const run = await bench.request('trial')
  return { bench, run }
}

describe('a check', () => {
  test('that cannot be evaluated is errored, never false', async () => {
    const { bench, run } = await carried(`  - { id: odd, check: 'cluster.nodes["node9"].online' }\n`)
    const state = await bench.leg(run, 1)
    expect(state.steps['odd']?.outcome).toBe('errored')
    expect(state.steps['odd']?.reason).toContain('cluster.nodes has no "node9"')
    expect(state.finished?.outcome).toBe('errored')
  })

  test('over a cluster that cannot be read is errored, never false', async () => {
    const { bench, run } = await carried(`  - { id: calm, check: cluster.settled }\n`)
    bench.status.say(pvfsStatus(), 'unreadable')
    const state = await bench.leg(run, 1)
    expect(state.steps['calm']).toMatchObject({ outcome: 'errored', reason: 'No node of pvfs answers.' })
  })

  test.each([
    ['says how to override it, when that is allowed', true],
    ['offers no override that is not allowed', false],
  ])('that does not hold %s', async (_, isOffered) => {
    const which = isOffered ? ', overridable: true' : ''
    const { bench, run } = await carried(`  - { id: calm, check: cluster.settled${which} }\n`)
    bench.status.say(unsettled(pvfsStatus(), 'an election is under way'))
    const state = await bench.leg(run, 1)
    expect(state.finished?.outcome).toBe('failed')
    const next = state.finished?.next.join('\n') ?? ''
    expect(next.includes('/ha trial on pvfs override calm because "…"')).toBe(isOffered)
  })

  test('of level warn warns and lets the run go on', async () => {
    const { bench, run } = await carried(
      `  - { id: calm, check: cluster.settled, level: warn }\n  - { id: ok, check: cluster.quorate }\n`,
    )
    bench.status.say(unsettled(pvfsStatus(), 'election'))
    const state = await bench.leg(run, 1)
    expect(state.steps['calm']?.outcome).toBe('warned')
    expect(state.finished?.outcome).toBe('succeeded')
  })

  test('that does not hold fails the run, and no later step begins', async () => {
    const { bench, run } = await carried(`  - { id: calm, check: cluster.settled }\n  - { id: ask, run: uname }\n`)
    bench.status.say(unsettled(pvfsStatus(), 'election'))
    const state = await bench.leg(run, 1)
    expect(state.finished?.outcome).toBe('failed')
    expect(state.steps['ask']).toBeUndefined()
    bench.shell.verify()
  })
})

describe('an `if`', () => {
  test('that does not hold skips the step, and what rests on it can see that', async () => {
    const { bench, run } = await carried(
      `  - { id: ask, if: '!cluster.quorate', run: uname }\n  - { id: after, check: steps.ask.outcome == "skipped" }\n`,
    )
    const state = await bench.leg(run, 1)
    expect(state.steps['ask']).toMatchObject({ outcome: 'skipped', reason: 'only if !cluster.quorate' })
    expect(state.finished?.outcome).toBe('succeeded')
    bench.shell.verify()
  })

  test('that cannot be evaluated is errored: the step is neither carried out nor skipped', async () => {
    const { bench, run } = await carried(`  - { id: ask, if: 'cluster.nodes["node9"].online', run: uname }\n`)
    const state = await bench.leg(run, 1)
    expect(state.steps['ask']?.outcome).toBe('errored')
    bench.shell.verify()
  })
})

describe('a read-only script', () => {
  test('is asked again as often as the runbook allows, only where it did not succeed', async () => {
    const { bench, run } = await carried(
      `  - { id: ask, run: uname, hosts: "['node1', 'node2']", retries: 2, delay: 3s }\n`,
    )
    bench.shell.expect(
      { node: 'node1', script: 'uname', result: exited(0, 'Linux\n') },
      { node: 'node2', script: 'uname', result: notSent('unreachable', 'no route') },
      { node: 'node2', script: 'uname', result: exited(0, 'Linux\n') },
    )
    const began = bench.clock.monotonic()
    const state = await bench.leg(run, 1)
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('succeeded')
    expect(state.steps['ask']?.executions.map(one => [one.host, one.attempt, one.outcome])).toEqual([
      ['node1', 1, 'succeeded'],
      ['node2', 1, 'errored'],
      ['node2', 2, 'succeeded'],
    ])
    expect(bench.clock.monotonic() - began).toBe(3000)
  })

  test.each([
    ['lost', 'errored'],
    ['timed-out', 'timed-out'],
  ] as const)('whose link is %s ends as %s: it may be asked again', async (kind, outcome) => {
    const { bench, run } = await carried(`  - { id: ask, run: uname }\n`)
    bench.shell.expect({ node: 'node1', script: 'uname', result: broken(kind, 'gone') })
    expect((await bench.leg(run, 1)).finished?.outcome).toBe(outcome)
  })

  test('is judged by its `expect`', async () => {
    const { bench, run } = await carried(
      `  - { id: ask, run: uname, expect: result.exitCode == 3 && result.stdout.contains("Linux") }\n`,
    )
    bench.shell.expect({ node: 'node1', script: 'uname', result: exited(3, 'Linux\n') })
    expect((await bench.leg(run, 1)).finished?.outcome).toBe('succeeded')
  })

  test('may be judged by the node that answered', async () => {
    const { bench, run } = await carried(
      `  - { id: ask, run: uname, expect: host == "node1" && result.exitCode == 0 }\n`,
    )
    bench.shell.expect({ node: 'node1', script: 'uname', result: exited(0, 'Linux\n') })
    expect((await bench.leg(run, 1)).finished?.outcome).toBe('succeeded')
  })

  test('whose `expect` cannot be evaluated is errored', async () => {
    const { bench, run } = await carried(`  - { id: ask, run: uname, expect: result.json.up == true }\n`)
    bench.shell.expect({ node: 'node1', script: 'uname', result: exited(0, 'Linux\n') })
    const state = await bench.leg(run, 1)
    expect(state.finished?.outcome).toBe('errored')
    expect(state.steps['ask']?.reason).toContain('expect: the output is not JSON')
  })

  test('that must not answer is judged by its silence', async () => {
    const { bench, run } = await carried(
      `  - { id: ask, run: uname, unreachable: expected, expect: result.unreachable }\n`,
    )
    bench.shell.expect({ node: 'node1', script: 'uname', result: notSent('unreachable', 'no route') })
    expect((await bench.leg(run, 1)).finished?.outcome).toBe('succeeded')
  })

  test('tells the worst of several hosts, with their names folded', async () => {
    const { bench, run } = await carried(`  - { id: ask, run: uname, hosts: all }\n`)
    const hosts = ['node1', 'node2', 'node3', 'node4', 'node5']
    const wrong = new Set(['node2', 'node3'])
    bench.shell.expect(
      ...hosts.map(node => ({ node, script: 'uname', result: wrong.has(node) ? exited(1, '', 'no\n') : exited(0) })),
    )
    const state = await bench.leg(run, 1)
    expect(state.steps['ask']).toMatchObject({ outcome: 'failed', reason: 'node[2-3]: exit 1: no' })
  })
})

describe('`on-failure: continue`', () => {
  test('lets later steps run, but does not make the run a success', async () => {
    const bench = await createBench()
    const run = await bench.request('verify cib')
    const digest = pvfsStatus().configuration.digest
    const same = { script: 'cibadmin --md5-sum', result: exited(0, `${digest}\n`) }
    bench.shell.expect(
      { node: 'node1', script: 'crm_verify', result: exited(78, 'Errors found during check: config not valid\n') },
      ...['node1', 'node2', 'node3', 'node4', 'node5'].map(node => ({ node, ...same })),
    )
    const state = await bench.leg(run, 1)
    bench.shell.verify()
    expect(state.steps['same']?.outcome).toBe('succeeded')
    expect(state.finished?.outcome).toBe('failed')
    expect(state.finished?.summary).toContain('step "The configuration is valid": node1: exit 78')
  })
})

describe('the time limit of a runbook', () => {
  test('keeps a further step from beginning', async () => {
    const { bench, run } = await carried(`  - { id: long, pause: 11m }\n  - { id: ask, run: uname }\n`)
    const state = await bench.leg(run, 1)
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('timed-out')
    expect(state.finished?.summary).toContain('the whole took longer than 10 min')
  })
})

describe('changes on several hosts', () => {
  const STEPS = `  - { id: agree, approve: Go on }
  - { id: stop, run: service stop, hosts: "['node2', 'node3', 'node2']", change: disruptive, undo: service start }
  - { id: more, run: service purge, hosts: "['node4']", change: disruptive, undo: service fill }
`
  const stopOn = (node: string, result = exited(0)) => ({ node, script: 'service stop', result })

  async function approvedTrial() {
    const bench = await createBench({ library: await libraryWith(runbook(STEPS, 'disruptive')) })
    return { bench, run: await bench.approved('trial') }
  }

  test('go to one after the other, to each once, and stop at the first that fails', async () => {
    const { bench, run } = await approvedTrial()
    bench.shell.expect(stopOn('node2'), stopOn('node3', exited(5, '', 'busy\n')))
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.steps['stop']).toMatchObject({ outcome: 'failed', reason: 'node3: exit 5: busy' })
    expect(state.steps['more']).toBeUndefined()
  })

  test('offer their undo in reverse order', async () => {
    const { bench, run } = await approvedTrial()
    const purge = { node: 'node4', script: 'service purge', result: exited(1) }
    bench.shell.expect(stopOn('node2'), stopOn('node3'), purge)
    const state = await bench.leg(run, 2)
    expect(state.undo).toEqual([
      { step: 'more', command: 'service fill', hosts: ['node4'] },
      { step: 'stop', command: 'service start', hosts: ['node2', 'node3'] },
    ])
  })

  test('a takeover in the middle goes on with the hosts that had none', async () => {
    const { bench, run } = await approvedTrial()
    bench.journal.beforeAppend = event => {
      if (event.type === 'execution-started' && event.host === 'node3') throw new Error('killed')
    }
    bench.shell.expect(stopOn('node2'))
    await expect(bench.leg(run, 2)).rejects.toThrow('killed')
    bench.journal.beforeAppend = undefined
    bench.shell.expect(stopOn('node3'), { node: 'node4', script: 'service purge', result: exited(0) })
    expect((await bench.leg(run, 2, 2)).finished?.outcome).toBe('succeeded')
    bench.shell.verify()
  })
})
