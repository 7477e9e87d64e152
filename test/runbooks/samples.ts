import type { Cluster } from '../../src/clusters/inventory.ts'
import type { ClusterStatus, GroupStatus, NodeStatus } from '../../src/clusters/status.ts'
import { problemText, type Result } from '../../src/problem.ts'
import { clusterFunctions, type ExpressionValues } from '../../src/runbooks/expression-values.ts'
import { parseRunbook } from '../../src/runbooks/parse.ts'

export const FAILOVER = `# yaml-language-server: $schema=../../schema/runbook.schema.json
apiVersion: ha/v1
name: failover
version: 1.0.0
stack: pacemaker
summary: Move a resource group to another node
command: failover <group> [to <node>]
risk: disruptive
inputs:
  group: { type: group, description: The group to move }
  node: { type: node, description: Where it goes, default: "cluster.bestTarget(inputs.group)" }
timeout: 20m
steps:
  - id: settled
    name: Quorate and settled
    check: cluster.quorate && cluster.settled && size(cluster.failuresOf(inputs.group)) == 0
  - name: What the cluster would do
    hosts: any
    run: |
      # the values arrive as shell variables
      crm_simulate -L
  - approve: Move \${{ inputs.group }} from \${{ cluster.groups[inputs.group].node }} to \${{ inputs.node }}
  - id: move
    name: Move the group
    change: disruptive
    run: crm_resource --move --resource "$group" --node "$node"
    undo: { use: failover, with: { group: inputs.group, node: "cluster.groups[inputs.group].node" } }
    leaves: constraint
  - id: arrived
    wait: cluster.groups[inputs.group].node == inputs.node && steps.move.outcome == "succeeded"
    every: 2s
    timeout: 5m
  - approve: Remove the constraint?
  - pause: 5s
`

const HEAD = `apiVersion: ha/v1
name: sample
version: 1.0.0
stack: pacemaker
summary: A sample
command: sample
risk: disruptive
`

/** A runbook of these steps, each given as YAML without the dash; `head` replaces the lines with the same key or adds some. */
export function withSteps(steps: string, head = ''): string {
  const replaced = new Set([...head.matchAll(/^(\w+):/gm)].map(found => found[1]))
  const kept = HEAD.split('\n').filter(line => !replaced.has(line.split(':')[0] ?? ''))
  return `${kept.join('\n')}${head === '' || head.endsWith('\n') ? head : `${head}\n`}steps:\n${steps}`
}

/** What a person reads about a runbook in sample.yaml, or "fine". */
export function verdict(text: string): string {
  return told(parseRunbook('sample.yaml', text))
}

export function told(result: Result<unknown>): string {
  return result.ok ? 'fine' : result.problems.map(problemText).join('\n\n')
}

function node(name: string, groups: readonly string[], more: Partial<NodeStatus> = {}): NodeStatus {
  return {
    name,
    online: true,
    standby: false,
    maintenance: false,
    pending: false,
    unclean: false,
    shutdown: false,
    dc: false,
    groups,
    state: 'online',
    fenceable: true,
    ...more,
  }
}

function group(name: string, runsOn: string): GroupStatus {
  const member = {
    name: `${name}_ip`,
    agent: 'ocf:heartbeat:IPaddr2',
    role: 'Started',
    nodes: [runsOn],
    failed: false,
    blocked: false,
    managed: true,
    pending: '',
  }
  return {
    name,
    kind: 'group',
    node: runsOn,
    nodes: [runsOn],
    state: 'started',
    managed: true,
    disabled: false,
    members: [member],
  }
}

export const STATUS: ClusterStatus = {
  cluster: 'pvfs',
  stack: 'pacemaker',
  readAt: '2026-01-01T00:00:00Z',
  readFrom: ['node3'],
  quorate: true,
  settled: true,
  unsettledBecause: [],
  dc: 'node3',
  maintenance: false,
  fencing: { enabled: true, devices: ['st'], pending: [] },
  nodes: {
    node3: node('node3', ['server2'], { dc: true }),
    node4: node('node4', ['server3']),
    node5: node('node5', []),
  },
  groups: { server2: group('server2', 'node3'), server3: group('server3', 'node4') },
  failures: [],
  leftovers: [{ id: 'cli-prefer-server3', kind: 'prefer', group: 'server3', node: 'node4' }],
  configuration: { version: '0.12', digest: 'abc' },
}

export const CLUSTER: Cluster = {
  name: 'pvfs',
  stack: 'pacemaker',
  ssh: { user: 'haops', knownHosts: 'known_hosts', ledger: '.ha-bot' },
  nodes: Object.fromEntries(['node3', 'node4', 'node5'].map(name => [name, { name, address: '192.0.2.1', port: 22 }])),
  groups: {},
}

export const FUNCTIONS = clusterFunctions(STATUS, CLUSTER)

export function values(more: Partial<ExpressionValues> = {}): ExpressionValues {
  return { inputs: { group: 'server2', node: 'node5' }, status: STATUS, functions: FUNCTIONS, ...more }
}
