import { describe, expect, it } from 'vitest'
import { monLine } from '../../../../src/clusters/stacks/heartbeat-crm/crm-mon-lines.ts'

/** Verbatim lines of the reference (ha-stacks.md §6) [S]. */
describe('a line of crm_mon is read as 2.1.3 writes it', () => {
  it.each([
    ['Node: node1 (0c8a3f0e-6b59-4f0c-9b7a-0f4b4e6f0001): online', { kind: 'node', name: 'node1', word: 'online' }],
    ['Node: node2 (0c8a3f0e-6b59-4f0c-9b7a-0f4b4e6f0002): OFFLINE', { kind: 'node', word: 'OFFLINE' }],
    ['Node: node5 (0c8a3f0e-6b59-4f0c-9b7a-0f4b4e6f0005): standby', { kind: 'node', word: 'standby' }],
    ['Resource Group: server0', { kind: 'container', name: 'server0', of: 'group' }],
    [
      '    server0_address\t(heartbeat::ocf:IPaddr):\tStarted node1',
      { name: 'server0_address', agent: 'heartbeat::ocf:IPaddr', role: 'Started', nodes: ['node1'], failed: false },
    ],
    [
      '    server0_daemon\t(external::ocf:PVFS2):\tStarted node1 FAILED',
      { role: 'Started', nodes: ['node1'], failed: true, managed: true },
    ],
    [
      'fence0\t(stonith:external/ipmi):\tStarted node3',
      { name: 'fence0', agent: 'stonith:external/ipmi', nodes: ['node3'] },
    ],
    ['    server0_fs\t(external::ocf:Filesystem):\tStopped ', { role: 'Stopped', nodes: [] }],
    [
      '    server0_fs\t(external::ocf:Filesystem):\tStarted node1 (unmanaged)',
      { role: 'Started', nodes: ['node1'], managed: false },
    ],
    [
      '    server0_fs\t(external::ocf:Filesystem):\tStarted node1 (unmanaged) FAILED',
      { nodes: ['node1'], managed: false, failed: true },
    ],
    ['    server0_fs\t(external::ocf:Filesystem)[\tnode1\tnode2 ]', { nodes: ['node1', 'node2'] }],
    [
      '    server2_daemon_start_0 (node=node3, call=31, rc=1): Error',
      { kind: 'failed', resource: 'server2_daemon', task: 'start', node: 'node3', rc: '1', word: 'Error' },
    ],
    [
      '    a_start_0_b_stop_0 (node=node3, call=-1, rc=-2): Timed Out',
      { kind: 'failed', resource: 'a_start_0_b', task: 'stop', word: 'Timed Out' },
    ],
  ])('%j', (line, expected) => {
    expect(monLine(line)).toMatchObject(expected)
  })

  it.each([
    'Node: node1: online',
    'Node: node1 (0c8a): UNCLEAN (online)',
    'server0_fs (external::ocf:Filesystem): Started node1',
    'server0_fs\t(external::ocf:Filesystem):\tStarted ',
    'server0_fs\t(external::ocf:Filesystem):\tStopped node1',
    'server0_fs\t(external::ocf:Filesystem):\tStarted node1 (blocked)',
    'Resource Group: ',
  ])('%j is none of its lines', line => {
    expect(monLine(line)).toBeUndefined()
  })
})
