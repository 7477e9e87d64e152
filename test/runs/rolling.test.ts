import { describe, expect, test } from 'vitest'
import { libraryWith } from '../support/bench-parts.ts'
import { type Bench, createBench } from '../support/run-bench.ts'
import { exited } from '../support/scripted-shell.ts'
import { moved, pvfsStatus, withNode } from '../support/statuses.ts'

const HEAD = `apiVersion: ha/v1
name: restart-all
version: 1.0.0
stack: pacemaker
summary: Restart the daemon everywhere
command: restart daemon
risk: disruptive
timeout: 30m
steps:
`
const RESTART = `${HEAD}  - { id: quorate, check: cluster.quorate }
  - { id: agree, approve: Restart it everywhere? }
  - id: restart
    name: Restart the daemon
    rolling:
      hosts: "['node1', 'node2', 'node5']"
      order: "cluster.nodes.filter(name, size(cluster.nodes[name].groups) == 0)"
      soak: 30s
    steps:
      - { id: calm, name: The node is online, check: 'cluster.nodes[host].online' }
      - { id: stop, name: Stop it, change: disruptive, run: service stop, undo: service start }
      - { id: seen, name: Another node sees it, hosts: any, run: ask "$peer", env: { peer: host } }
      - { id: back, name: It is back, wait: 'cluster.nodes[host].online && steps.stop.outcome == "succeeded"' }
  - { id: sound, check: cluster.quorate }
`

async function approved(text = RESTART) {
  const bench = await createBench({ library: await libraryWith(text) })
  return { bench, run: await bench.approved('restart daemon') }
}

const stop = (node: string, result = exited(0)) => ({ node, script: 'service stop', result })
const seen = (node: string, about: string) => ({ node, script: `peer='${about}'\nask "$peer"`, result: exited(0) })
const NODES = ['node5', 'node1', 'node2']

/** The controller is asked, but never about itself. */
const turn = (node: string) => [stop(node), seen(node === 'node1' ? 'node2' : 'node1', node)]

async function killedBefore(bench: Bench, run: string, step: string, type: string) {
  bench.journal.beforeAppend = event => {
    if (event.type === type && 'step' in event && event.step === step) throw new Error('killed')
  }
  await expect(bench.leg(run, 2)).rejects.toThrow('killed')
  bench.journal.beforeAppend = undefined
}

describe('a rolling', () => {
  test('goes to one node after the other, those that `order` names first, with a pause between two', async () => {
    const { bench, run } = await approved()
    bench.shell.expect(...NODES.flatMap(turn))
    const began = bench.clock.monotonic()
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('succeeded')
    expect(bench.operations.asked).toEqual(NODES.map(node => `begin ${node}`))
    expect(bench.clock.monotonic() - began).toBeGreaterThanOrEqual(60_000)
    expect(state.steps['restart.node5.seen']?.executions[0]?.operation).toBe(`${run}-restart.node5.seen-node1-1`)
  })

  test('ends at the first node where something fails, and says which', async () => {
    const { bench, run } = await approved()
    bench.shell.expect(...turn('node5'), stop('node1', exited(5, '', 'busy\n')))
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('failed')
    expect(state.finished?.summary).toContain('step "node1: Stop it": node1: exit 5: busy')
    expect(state.steps['restart.node2.calm']).toBeUndefined()
    expect(state.undo.map(undo => undo.hosts)).toEqual([['node1'], ['node5']])
  })

  test('makes its checks anew before each node', async () => {
    const { bench, run } = await approved()
    const gone = withNode(pvfsStatus(), 'node1', { online: false })
    bench.shell.expect(...turn('node5'))
    bench.status.say(pvfsStatus(), pvfsStatus(), pvfsStatus(), gone)
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.steps['restart.node5.calm']?.outcome).toBe('succeeded')
    expect(state.steps['restart.node1.calm']).toMatchObject({
      outcome: 'failed',
      reason: 'not so: cluster.nodes[node1].online',
    })
    expect(state.finished?.outcome).toBe('failed')
  })

  test('is carried on in the middle of a node by another worker, and does nothing twice', async () => {
    const { bench, run } = await approved()
    bench.shell.expect(...turn('node5'), stop('node1'))
    await killedBefore(bench, run, 'restart.node1.stop', 'execution-finished')
    bench.shell.expect(seen('node2', 'node1'), ...turn('node2'))
    const state = await bench.leg(run, 2, 2)
    bench.shell.verify()
    expect(bench.operations.asked).toEqual(['begin node5', 'begin node1', 'continue node1', 'begin node2'])
    expect(state.finished?.outcome).toBe('succeeded')
  })

  test('is carried on between two steps of a node, which still see each other', async () => {
    const { bench, run } = await approved()
    bench.shell.expect(...turn('node5'), ...turn('node1'))
    await killedBefore(bench, run, 'restart.node1.back', 'step-started')
    bench.shell.expect(...turn('node2'))
    const state = await bench.leg(run, 2, 2)
    bench.shell.verify()
    expect(state.steps['restart.node1.back']?.outcome).toBe('succeeded')
    expect(state.finished?.outcome).toBe('succeeded')
  })

  test('stops in the middle where it is not known what became of a change, and keeps the cluster', async () => {
    const { bench, run } = await approved()
    bench.shell.expect(...turn('node5'))
    bench.operations.silent.add('node1')
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('unknown')
    expect(state.finished?.evidence?.[0]).toBe(
      `sent: "node1: Stop it" to node1, operation ${run}-restart.node1.stop-node1-1`,
    )
    expect(state.steps['restart.node2.calm']).toBeUndefined()
    expect(await bench.leases.holder('pvfs')).toMatchObject({ run })
  })

  test('asks anew when its nodes would go in another order than was approved', async () => {
    const text = RESTART.replace(/order: .*/, 'order: cluster.dc')
    const { bench, run } = await approved(text)
    bench.status.say({ ...pvfsStatus(), dc: 'node2' })
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.drift).toEqual([
      '"Restart the daemon" would go to node2, node1, node5 instead of node1, node2, node5, in this order',
    ])
  })

  test('whose nodes a group left or came to asks anew', async () => {
    const { bench, run } = await approved()
    bench.status.say(moved(pvfsStatus(), 'server1', 'node5'))
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.drift[0]).toBe('server1 was on node2 and is now on node5')
  })

  test('whose `if` does not hold is skipped as a whole, judged once', async () => {
    const text = RESTART.replace('    rolling:', `    if: cluster.dc == "node9"\n    rolling:`)
    const { bench, run } = await approved(text)
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.steps['restart']).toMatchObject({ outcome: 'skipped', reason: 'only if cluster.dc == "node9"' })
    expect(state.steps['restart.node2.stop']).toMatchObject({
      outcome: 'skipped',
      reason: 'only if cluster.dc == "node9"',
    })
    expect(state.finished?.outcome).toBe('succeeded')
  })

  test('goes through once its `if` held, whatever becomes of it', async () => {
    const text = RESTART.replace('    rolling:', `    if: cluster.dc == "node1"\n    rolling:`)
    const { bench, run } = await approved(text)
    bench.status.say(pvfsStatus(), { ...pvfsStatus(), dc: 'node3' })
    bench.shell.expect(...NODES.flatMap(turn))
    const state = await bench.leg(run, 2)
    bench.shell.verify()
    expect(state.finished?.outcome).toBe('succeeded')
  })
})
