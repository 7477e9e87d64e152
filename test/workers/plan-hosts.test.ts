import { describe, expect, test } from 'vitest'
import type { Plan } from '../../src/runbooks/plan.ts'
import { libraryWith } from '../support/bench-parts.ts'
import { offline, standby, withNode } from '../support/statuses.ts'

import { before, planned, planOf, stepOf } from './planning.ts'

describe('hosts', () => {
  const hosts = (plan: Plan, id: string) => stepOf(plan, id, 'run').hosts

  test('any is the controller', async () => {
    expect(hosts(await planOf('failover server2'), 'move')).toEqual(['node1'])
  })

  test('any is never the node that the request is about', async () => {
    expect(hosts(await planOf('standby node1'), 'standby')).toEqual(['node2'])
    expect(hosts(await planOf('migrate server2 to node1'), 'move')).toEqual(['node2'])
  })

  test('any avoids nodes that are not well, and takes one in standby only as the last', async () => {
    const sick = standby(offline(withNode(before, 'node1', { dc: false, unclean: true }), 'node2'), 'node3')
    expect(hosts(await planOf('verify cib', sick), 'valid')).toEqual(['node4'])
    const onlyStandby = offline(offline(sick, 'node4'), 'node5')
    expect(hosts(await planOf('verify cib', onlyStandby), 'valid')).toEqual(['node3'])
  })

  test('none that is well is a refusal', async () => {
    const dark = ['node1', 'node2', 'node3', 'node4', 'node5'].reduce(offline, before)
    expect((await planned('verify cib', dark)).problems.map(problem => problem.code)).toEqual(['no-host'])
  })

  test('all is every node that is online', async () => {
    expect(hosts(await planOf('verify cib', offline(before, 'node4')), 'same')).toEqual([
      'node1',
      'node2',
      'node3',
      'node5',
    ])
  })

  test.each([
    ["['node2', 'node4']", ['node2', 'node4']],
    ["['node2', 'node2']", ['node2']],
    ['cluster.survivors("node1")', ['node2', 'node3', 'node4', 'node5']],
  ])('%s is those, each once', async (expression, names) => {
    const library = await libraryWith(ask(expression))
    expect(hosts(await planOf('ask', before, { library }), 'ask')).toEqual(names)
  })

  test('that the inventory does not have are a refusal', async () => {
    const library = await libraryWith(ask("['node2', 'node9']"))
    expect((await planned('ask', before, { library })).problems).toMatchObject([
      { code: 'unknown-node', message: 'Step "ask" names node9, which the inventory does not have.' },
    ])
  })
})

function ask(hosts: string): string {
  return `apiVersion: ha/v1
name: ask
version: 1.0.0
stack: pacemaker
summary: Ask some nodes
command: ask
risk: read
steps:
  - { id: ask, run: uname, hosts: '${hosts.replaceAll("'", "''")}' }
`
}
