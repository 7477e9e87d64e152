import type { Cluster } from '../../src/clusters/inventory.ts'
import type { ClusterStatus, Failure, GroupStatus, Leftover, NodeStatus } from '../../src/clusters/status.ts'
import { bad, type Problem, type Result } from '../../src/problem.ts'
import type { StatusReader } from '../../src/runs/ports.ts'

const NODES = ['node1', 'node2', 'node3', 'node4', 'node5']
const PARTS = { address: 'IPaddr2', fs: 'Filesystem', daemon: 'pvfs2-server' }

/** The five-node PVFS cluster at rest: server0 to server3 on node1 to node4, node5 is the spare. */
export function pvfsStatus(): ClusterStatus {
  const groups = Object.fromEntries([0, 1, 2, 3].map(i => [`server${i}`, groupOn(`server${i}`, `node${i + 1}`)]))
  return placed({
    cluster: 'pvfs',
    stack: 'pacemaker',
    readAt: '2026-11-21T14:02:09.000Z',
    readFrom: ['node1', 'node4'],
    quorate: true,
    settled: true,
    unsettledBecause: [],
    dc: 'node1',
    maintenance: false,
    fencing: { enabled: true, devices: NODES.map(name => `fence-${name}`), pending: [] },
    nodes: Object.fromEntries(NODES.map(name => [name, nodeNamed(name)])),
    groups,
    failures: [],
    leftovers: [],
    configuration: { version: '0.57', digest: 'd41d8cd98f00b204e9800998ecf8427e' },
  })
}

/** What is written down about it. */
export function pvfsCluster(name = 'pvfs', more: Partial<Cluster> = {}): Cluster {
  const nodes = NODES.map((node, i) => [node, { name: node, address: `192.0.2.1${i + 1}`, port: 22 }] as const)
  return {
    name,
    stack: 'pacemaker',
    ssh: { user: 'haops', knownHosts: 'known_hosts', ledger: '.ha-bot' },
    nodes: Object.fromEntries(nodes),
    groups: {},
    ...more,
  }
}

function nodeNamed(name: string): NodeStatus {
  const isDc = name === 'node1'
  const flags = { online: true, standby: false, maintenance: false, pending: false, unclean: false, shutdown: false }
  return { name, ...flags, dc: isDc, groups: [], state: 'online', fenceable: true }
}

function groupOn(name: string, node: string): GroupStatus {
  const members = Object.entries(PARTS).map(([part, agent]) => ({
    name: `${name}_${part}`,
    agent: `ocf:heartbeat:${agent}`,
    role: 'Started',
    nodes: [node],
    failed: false,
    blocked: false,
    managed: true,
    pending: '',
  }))
  const state = 'started' as const
  return { name, kind: 'group', node, nodes: [node], state, managed: true, disabled: false, members, bannedFrom: [] }
}

/** Writes into each node which groups run on it. */
function placed(status: ClusterStatus): ClusterStatus {
  const groups = Object.values(status.groups)
  const nodes = Object.values(status.nodes).map(node => {
    const here = groups.filter(group => group.nodes.includes(node.name)).map(group => group.name)
    return [node.name, { ...node, groups: here }] as const
  })
  return { ...status, nodes: Object.fromEntries(nodes) }
}

/** The same with the group on another node; `''` is nowhere. */
export function moved(status: ClusterStatus, group: string, node: string): ClusterStatus {
  const nodes = node === '' ? [] : [node]
  const before = status.groups[group] ?? groupOn(group, node)
  const members = before.members.map(one => ({ ...one, nodes, role: node === '' ? 'Stopped' : 'Started', pending: '' }))
  return withGroup(status, group, { node, nodes, members, state: node === '' ? 'stopped' : 'started' })
}

/** On its way: nothing of it runs, its first member is starting there, and the cluster is not settled. */
export function moving(status: ClusterStatus, group: string, node: string): ClusterStatus {
  const stopped = moved(status, group, '')
  const [first, ...rest] = stopped.groups[group]?.members ?? []
  const members = first ? [{ ...first, pending: 'Starting', nodes: [node] }, ...rest] : rest
  return unsettled(withGroup(stopped, group, { members, state: 'starting' }), 'transition under way')
}

export function withGroup(status: ClusterStatus, group: string, more: Partial<GroupStatus>): ClusterStatus {
  const before = status.groups[group] ?? groupOn(group, '')
  return placed({ ...status, groups: { ...status.groups, [group]: { ...before, ...more } } })
}

export function withNode(status: ClusterStatus, node: string, more: Partial<NodeStatus>): ClusterStatus {
  return { ...status, nodes: { ...status.nodes, [node]: { ...(status.nodes[node] ?? nodeNamed(node)), ...more } } }
}

export function offline(status: ClusterStatus, node: string): ClusterStatus {
  return withNode(status, node, { online: false, state: 'offline' })
}

export function standby(status: ClusterStatus, node: string): ClusterStatus {
  return withNode(status, node, { standby: true, state: 'standby' })
}

export function unsettled(status: ClusterStatus, because: string): ClusterStatus {
  return { ...status, settled: false, unsettledBecause: [because] }
}

export function withFailure(status: ClusterStatus, more: Partial<Failure> = {}): ClusterStatus {
  const failure = { resource: 'server2_daemon', group: 'server2', node: 'node5', task: 'start', at: '', ...more }
  return { ...status, failures: [...status.failures, { reason: 'port 3334 in use', ...failure }] }
}

export function withLeftover(status: ClusterStatus, more: Partial<Leftover> = {}): ClusterStatus {
  const leftover: Leftover = { id: 'cli-prefer-server2', kind: 'prefer', group: 'server2', node: 'node5', ...more }
  return { ...status, leftovers: [...status.leftovers, leftover] }
}

export function configured(status: ClusterStatus, version: string): ClusterStatus {
  return { ...status, configuration: { ...status.configuration, version } }
}

export const UNREADABLE: Problem = { code: 'cluster-unreadable', message: 'No node of pvfs answers.' }

/** What a cluster says at its next readings. */
export interface ScriptedStatus extends StatusReader {
  /** From the next reading on: each of these once, the last one for ever. */
  say(...readings: (ClusterStatus | 'unreadable')[]): void
  /** How often it was read. */
  reads(): number
}

/** A cluster that says what the test wants it to say, reading by reading. */
export function scriptedStatus(...readings: (ClusterStatus | 'unreadable')[]): ScriptedStatus {
  let script = readings
  let count = 0
  return {
    reads: () => count,
    say: (...more) => {
      script = more
    },
    async read(_, signal): Promise<Result<ClusterStatus>> {
      count += 1
      const [next, ...rest] = script
      if (rest.length > 0) script = rest
      if (signal.aborted) return bad({ code: 'cluster-unreadable', message: 'It was stopped.' })
      return next === undefined || next === 'unreadable' ? bad(UNREADABLE) : { ok: true, value: next }
    },
  }
}
