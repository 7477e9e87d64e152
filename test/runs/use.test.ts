import { describe, expect, test } from 'vitest'
import { libraryWith } from '../support/bench-parts.ts'
import { createBench } from '../support/run-bench.ts'
import { exited } from '../support/scripted-shell.ts'
import { moved, pvfsStatus } from '../support/statuses.ts'

function runbook(name: string, steps: string, inputs = '', command = name): string {
  return `apiVersion: ha/v1
name: ${name}
version: 1.2.0
stack: pacemaker
summary: A trial
command: ${command}
risk: disruptive
timeout: 30m
${inputs}steps:
${steps}`
}

const EMPTY = runbook(
  'empty',
  `  - { id: there, name: It runs somewhere, check: 'cluster.groups[inputs.group].node != ""' }
  - { id: agree, approve: Empty it? }
  - { id: move, name: Move it, hosts: any, change: disruptive, run: crm move "$group" "$to" }
  - { id: gone, wait: 'cluster.groups[inputs.group].node == inputs.to && steps.move.exitCode == 0' }
`,
  'inputs:\n  group: { type: group }\n  to: { type: node, default: cluster.bestTarget(inputs.group) }\n',
  'empty <group> [onto <to>]',
)

const OUTER = `  - { id: move, name: Look, hosts: any, run: look }
  - { id: agree, approve: Go on? }
  - { id: away, use: empty, version: ^1.1.0, with: { group: "'server2'" } }
  - { id: after, check: 'steps.move.stdout == "seen"' }
`

async function approved(steps = OUTER) {
  const bench = await createBench({ library: await libraryWith(EMPTY, runbook('outer', steps)) })
  bench.shell.expect({ node: 'node1', script: 'look', result: exited(0, 'seen') })
  return { bench, run: await bench.approved('outer') }
}

const move = { node: 'node1', script: `crm move "$group" "$to"`, result: exited(0, 'moved') }
const there = moved(pvfsStatus(), 'server2', 'node5')

describe('a runbook that uses another one', () => {
  test('has its steps in its own plan, without its approvals, and keeps its text', async () => {
    const { bench, run } = await approved()
    const { plan } = await bench.state(run)
    expect(plan?.steps.map(step => step.id)).toEqual(['move', 'agree', 'away.there', 'away.move', 'away.gone', 'after'])
    expect(plan?.uses).toMatchObject([{ name: 'empty', version: '1.2.0', text: EMPTY }])
    expect(plan?.steps.find(step => step.id === 'away.move')).toMatchObject({
      values: { group: 'server2', to: 'node5' },
      scope: { prefix: 'away.', use: { runbook: 'empty', inputs: { group: 'server2', to: 'node5' } } },
    })
  })

  test('carries them out with their own inputs and names', async () => {
    const { bench, run } = await approved()
    bench.shell.expect(move)
    bench.status.say(pvfsStatus(), there, there)
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('succeeded')
  })

  test('tells of the group they are about while they wait, and takes a new failure of it for a no', async () => {
    const { bench, run } = await approved()
    bench.shell.expect(move)
    const failure = { resource: 'server2_daemon', group: 'server2', node: 'node5', task: 'start', reason: '', at: '' }
    bench.status.say(pvfsStatus(), { ...pvfsStatus(), failures: [failure] })
    const state = await bench.leg(run, 2)
    expect(state.steps['away.gone']?.progress).toEqual({ '': 'address node3 · fs node3 · daemon node3' })
    expect(state.finished?.outcome).toBe('failed')
    expect(state.finished?.summary).toContain('server2_daemon start on node5')
  })

  test('leaves them out as a whole when its own `if` does not hold', async () => {
    const { bench, run } = await approved(OUTER.replace('use: empty', `if: '!cluster.quorate', use: empty`))
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.steps['away']?.outcome).toBe('skipped')
    expect(state.steps['away.move']?.outcome).toBe('skipped')
    expect(state.finished?.outcome).toBe('succeeded')
  })

  test('inside a rolling gives each node its own', async () => {
    const { bench, run } = await approved(`  - { id: move, hosts: any, run: look }
  - { id: agree, approve: Go on? }
  - id: each
    rolling: { hosts: "['node3', 'node4']" }
    steps:
      - { id: away, use: empty, with: { group: "cluster.nodes[host].groups[0]" } }
`)
    const { plan } = await bench.state(run)
    expect(plan?.steps.map(step => [step.id, step.kind === 'run' ? step.values['group'] : ''])).toEqual([
      ['move', undefined],
      ['agree', ''],
      ['each.node3.away.there', ''],
      ['each.node3.away.move', 'server2'],
      ['each.node3.away.gone', ''],
      ['each.node4.away.there', ''],
      ['each.node4.away.move', 'server3'],
      ['each.node4.away.gone', ''],
    ])
    bench.shell.expect(move, move)
    const both = moved(there, 'server3', 'node5')
    bench.status.say(pvfsStatus(), there, there, there, both)
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('succeeded')
  })

  test('is refused at once where it would give it what the cluster does not have', async () => {
    const library = await libraryWith(EMPTY, runbook('outer', OUTER.replace("'server2'", "'server9'")))
    const bench = await createBench({ library })
    const state = await bench.leg(await bench.request('outer'), 1)
    expect(state.problems).toMatchObject([{ code: 'unknown-group', message: 'No group "server9" in pvfs.' }])
  })

  test('is refused where the other one is not of a version it was written for', async () => {
    const library = await libraryWith(EMPTY, runbook('outer', OUTER.replace('^1.1.0', '~1.1.0')))
    const bench = await createBench({ library })
    const state = await bench.leg(await bench.request('outer'), 1)
    expect(state.problems).toMatchObject([{ message: 'Step "away" uses empty, which is 1.2.0, not ~1.1.0.' }])
  })

  test('asks anew when the other one was changed after the approval', async () => {
    const { bench, run } = await approved()
    const changed = await libraryWith(EMPTY.replace('1.2.0', '1.2.1'), runbook('outer', OUTER))
    const { createPlanner } = await import('../../src/workers/planner.ts')
    const { inventory } = bench.worker
    const { directory, policies } = bench.desking
    const planner = createPlanner({
      ...{ inventory, directory, policies, library: changed, status: bench.status },
      hostKeys: async () => ({}),
    })
    expect(await planner.differences(await bench.state(run), pvfsStatus())).toEqual([
      'the runbook empty was 1.2.0 and is now 1.2.1',
    ])
  })
})
