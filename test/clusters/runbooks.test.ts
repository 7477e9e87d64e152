import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { arrived, FOLDER, failing, five, loaded, planOf, runbook, step } from './planning.ts'
import { statusOf } from './reading.ts'

describe('the library', () => {
  it('has its runbooks each in a file of its own name', () => {
    expect(loaded.map(each => `${each.runbook.name}.yaml`).sort()).toEqual(readdirSync(FOLDER).sort())
    expect(loaded.length).toBeGreaterThanOrEqual(13)
  })

  it('what only reads has no change and no gate', () => {
    for (const { runbook: book } of loaded.filter(each => each.runbook.risk === 'read')) {
      expect(book.steps.some(each => each.kind === 'approve' || (each.kind === 'run' && each.change))).toBe(false)
    }
  })

  it('what changes asks first, looks again after the gate, and waits for the effect', () => {
    for (const { runbook: book } of loaded.filter(each => each.runbook.risk !== 'read')) {
      // What is done node by node begins and ends as its inner steps do.
      const steps = book.steps.flatMap(each => (each.kind === 'rolling' ? each.steps : [each]))
      const kinds = steps.map(each => (each.kind === 'run' && each.change ? 'change' : each.kind))
      const gate = kinds.indexOf('approve')
      expect(kinds.slice(0, gate)).not.toContain('change')
      expect(kinds[gate + 1]).toBe('check')
      expect(kinds.at(-1)).not.toBe('change')
    }
  })

  it('quorum and the target can never be overridden', () => {
    const fixed = ['quorum', 'able', 'others', 'active', 'waiting', 'runs_once', 'still']
    for (const { runbook: book } of loaded) {
      for (const each of book.steps)
        if (each.kind === 'check' && fixed.includes(each.id)) expect(each.overridable ?? false).toBe(false)
    }
  })

  it('failover and migrate do the same once the target is known', () => {
    expect(runbook('failover').runbook.steps).toEqual(runbook('migrate').runbook.steps)
  })
})

describe('failover', () => {
  const inputs = { group: 'server2', node: 'node5' }

  it('passes its checks on a calm cluster', () => {
    expect(failing('failover', { group: 'server1', node: 'node3' }, statusOf('calm'))).toEqual([])
  })

  it('warns when the spare cannot be fenced', () => {
    expect(failing('failover', inputs, five)).toEqual(['fencing'])
  })

  it('tells the approver what moves, what a stop failure would mean, and the way back', () => {
    const gate = step(planOf('failover', inputs), 'approval')
    expect(gate.kind === 'approve' ? gate.text : '').toBe(
      [
        'Moves server2 (address, filesystem, daemon) from node3 to node5.',
        'Its clients pause while it stops on node3 and starts on node5.',
        'If it will not stop, node3 is power-reset: fencing is on.',
        'Adds the constraint cli-prefer-server2 and removes it when the group has arrived.',
        'Undo: migrate server2 to node3.',
        '',
      ].join('\n'),
    )
  })

  it('names and nodes reach the script as shell variables alone', () => {
    const move = step(planOf('failover', inputs), 'move')
    expect(move).toMatchObject({
      source: 'crm_resource --move --resource "$group" --node "$node"',
      values: inputs,
      leaves: 'constraint',
    })
    expect(move.kind === 'run' && move.undo).toMatchObject({
      kind: 'runbook',
      command: expect.stringContaining('migrate server2 to node3'),
    })
  })

  it.each([
    ['no-quorum', { group: 'server0', node: 'node2' }, ['quorum', 'settled', 'able', 'members', 'still']],
    ['starting', { group: 'server0', node: 'node3' }, ['settled', 'still']],
    ['maintenance-of-all', { group: 'server0', node: 'node3' }, ['managed', 'still']],
    ['unmanaged', { group: 'server0', node: 'node3' }, ['managed']],
    ['active-on-two-nodes', { group: 'server1', node: 'node3' }, ['runs_once', 'calm']],
    ['monitor-failed-now', { group: 'server0', node: 'node3' }, ['sound']],
    ['monitor-failed-now', { group: 'server1', node: 'node3' }, ['calm']],
    ['moved-and-preferred', { group: 'server1', node: 'node3' }, ['free']],
    ['standby-and-empty', { group: 'server0', node: 'node3' }, ['able', 'still']],
    ['calm', { group: 'server0', node: 'node1' }, ['able', 'still']],
    ['node-offline', { group: 'server0', node: 'node2' }, ['members']],
  ])('%s: %j fails %j', (fixture, given, expected) => {
    const fencingAside = failing('failover', given, statusOf(fixture)).filter(id => id !== 'fencing')
    expect(fencingAside).toEqual(expected)
  })

  it('has arrived only when all of it is started there and the cluster is at rest', () => {
    expect(arrived('failover', 'arrived', { group: 'server1', node: 'node2' }, statusOf('calm'))).toBe(true)
    expect(arrived('failover', 'arrived', { group: 'server1', node: 'node3' }, statusOf('calm'))).toBe(false)
    expect(arrived('failover', 'arrived', { group: 'server1', node: 'node2' }, statusOf('starting'))).toBe(false)
    expect(arrived('failover', 'arrived', { group: 'server1', node: 'node2' }, statusOf('group-partly-down'))).toBe(
      false,
    )
  })

  it('is clean only when the constraint is verified gone', () => {
    expect(arrived('failover', 'clean', { group: 'server1', node: 'node2' }, statusOf('calm'))).toBe(true)
    expect(arrived('failover', 'clean', { group: 'server1', node: 'node2' }, statusOf('moved-and-preferred'))).toBe(
      false,
    )
  })
})

describe('standby and unstandby', () => {
  it('standby passes on a calm cluster, and waits until the node is empty', () => {
    expect(failing('standby', { node: 'node2' }, statusOf('calm'))).toEqual([])
    expect(arrived('standby', 'empty', { node: 'node3' }, statusOf('standby-and-empty'))).toBe(true)
    expect(arrived('standby', 'empty', { node: 'node2' }, statusOf('standby-still-active'))).toBe(false)
  })

  it.each([
    ['standby-and-empty', 'node3', ['active']],
    ['no-quorum', 'node1', ['quorum', 'settled', 'others', 'members', 'quorum_after', 'still']],
    ['node-offline', 'node1', ['members', 'quorum_after']],
    ['group-partly-down', 'node1', ['all_run', 'all_run_elsewhere', 'fencing']],
    ['moved-and-banned', 'node1', ['free']],
  ])('%s: standby %s fails %j', (fixture, node, expected) => {
    const found = failing('standby', { node }, statusOf(fixture))
    expect([...found].sort()).toEqual([...expected].sort())
  })

  it('the approver of a standby reads what leaves and where it can go', () => {
    const text = (node: string) => {
      const gate = step(planOf('standby', { node }), 'approval')
      return gate.kind === 'approve' ? gate.text : ''
    }
    expect(text('node3')).toContain('Puts node3 in standby: it gives up server2.')
    expect(text('node3')).toContain('Nodes left to run groups: node1, node2, node4, node5.')
    expect(text('node5')).toContain('it gives up nothing, for no group runs on it.')
  })

  it('unstandby wants a node that is in standby', () => {
    expect(failing('unstandby', { node: 'node3' }, statusOf('standby-and-empty'))).toEqual([])
    expect(failing('unstandby', { node: 'node2' }, statusOf('calm'))).toEqual(['waiting', 'still'])
    expect(arrived('unstandby', 'back', { node: 'node3' }, statusOf('calm'))).toBe(true)
    expect(arrived('unstandby', 'back', { node: 'node3' }, statusOf('standby-and-empty'))).toBe(false)
  })

  it('what undoes one is the other', () => {
    expect(step(planOf('standby', { node: 'node3' }), 'standby')).toMatchObject({
      leaves: 'standby',
      undo: { command: expect.stringContaining('unstandby node3') },
    })
  })
})

describe('what only reads', () => {
  it('status and verify-cib plan without inputs, verify-cib on every node', () => {
    expect(planOf('status', {}).steps.length).toBeGreaterThan(5)
    const same = step(planOf('verify-cib', {}), 'same')
    expect(same).toMatchObject({ hosts: Object.keys(five.nodes), values: { expected: five.configuration.digest } })
  })
})
