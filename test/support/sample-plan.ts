import type { ClusterStatus } from '../../src/clusters/status.ts'
import type { Plan } from '../../src/runbooks/plan.ts'

/** A plan that moves server2 from node3 to node5, or one that only reads. */
export function samplePlan(run: string, risk: 'read' | 'disruptive' = 'disruptive'): Plan {
  const move = {
    kind: 'run' as const,
    id: 'move',
    name: 'Move the group',
    hosts: ['node1'],
    source: 'crm_resource --move --resource "$group" --node "$node"',
    script: 'group=\'server2\'\nnode=\'node5\'\ncrm_resource --move --resource "$group" --node "$node"',
    values: { group: 'server2', node: 'node5' },
    change: 'disruptive' as const,
    expect: 'result.exitCode == 0',
    timeoutMs: 60_000,
    retries: 0,
    delayMs: 0,
    onFailure: 'stop' as const,
    undo: {
      kind: 'runbook' as const,
      runbook: 'migrate',
      command: 'migrate server2 to node3 on pvfs',
      inputs: { group: 'server2', node: 'node3' },
    },
  }
  const check = {
    kind: 'check' as const,
    id: 'settled',
    name: 'Quorate, settled, no leftovers',
    expression: 'cluster.quorate',
    level: 'must' as const,
    overridable: false,
    onFailure: 'stop' as const,
  }
  const gate = {
    kind: 'approve' as const,
    id: 'agree',
    name: 'Approval',
    text: 'Move server2 from node3 to node5',
    count: 1,
    from: ['oncall'],
    withinMs: 900_000,
    confirm: '',
  }
  return {
    format: 1,
    run,
    cluster: 'pvfs',
    stack: 'pacemaker',
    runbook: {
      name: risk === 'read' ? 'status' : 'failover',
      version: '1.0.0',
      summary: 'Move a resource group to another node',
      risk,
      sha256: '4c1e'.padEnd(64, '0'),
      text: '',
    },
    command: risk === 'read' ? 'status on pvfs' : 'failover server2 to node5 on pvfs',
    requester: 'ana',
    inputs: risk === 'read' ? {} : { group: 'server2', node: 'node5' },
    title: risk === 'read' ? 'Status of pvfs' : 'Failover server2 · node3 → node5',
    because: risk === 'read' ? {} : { node: 'spare: online, runs no group' },
    steps: risk === 'read' ? [check] : [check, gate, move],
    facts: { owners: { server2: 'node3' }, members: ['node1', 'node3', 'node5'], quorate: true, configuration: '0.57' },
    hostKeys: {},
    timeoutMs: 900_000,
  }
}

/** pvfs as it stands before the move. */
export function sampleStatus(): ClusterStatus {
  const node = (name: string, groups: readonly string[], dc = false) => ({
    name,
    online: true,
    standby: false,
    maintenance: false,
    pending: false,
    unclean: false,
    shutdown: false,
    dc,
    groups,
    state: 'online',
    fenceable: true,
  })
  return {
    cluster: 'pvfs',
    stack: 'pacemaker',
    readAt: '2026-11-21T14:02:11.000Z',
    readFrom: ['node1', 'node4'],
    quorate: true,
    settled: true,
    unsettledBecause: [],
    dc: 'node1',
    maintenance: false,
    fencing: { enabled: true, devices: ['fence-ipmi'], pending: [] },
    nodes: { node1: node('node1', ['server0'], true), node3: node('node3', ['server2']), node5: node('node5', []) },
    groups: {},
    failures: [],
    leftovers: [],
    configuration: { version: '0.57', digest: '' },
  }
}
