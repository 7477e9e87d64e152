import type { Cluster, Inventory, InventoryNode, SshSettings } from '../clusters/inventory.ts'
import { suggest } from '../clusters/suggest.ts'
import { type Mistake, pathText } from './mistake.ts'
import type { ResolvePath } from './paths.ts'
import { findTwice } from './repeated.ts'
import type { ClusterFile, ConfigFile, LooseFile } from './schema.ts'

type LooseCluster = LooseFile['clusters'][string]

/** The clusters of a file without mistakes, paths made absolute. */
export function inventoryOf(file: ConfigFile, resolvePath: ResolvePath): Inventory {
  const clusters = Object.entries(file.clusters).map(([name, cluster]) => [name, clusterOf(name, cluster, resolvePath)])
  return Object.fromEntries(clusters)
}

function clusterOf(name: string, cluster: ClusterFile, resolvePath: ResolvePath): Cluster {
  const { stack, channel, nodes } = cluster
  const groups = Object.entries(cluster.groups).map(([group, { prefers, service }]) => [
    group,
    { ...(prefers && { prefers }), ...(service && { service }) },
  ])
  return {
    name,
    stack,
    ...(channel && { channel }),
    ssh: sshOf(cluster.ssh, resolvePath),
    nodes: Object.fromEntries(Object.entries(nodes).map(([node, entry]) => [node, nodeOf(node, entry, resolvePath)])),
    groups: Object.fromEntries(groups),
  }
}

function sshOf(ssh: ClusterFile['ssh'], resolvePath: ResolvePath): SshSettings {
  const { user, identityFile, agent, knownHosts, become, jump, algorithms, ledger } = ssh
  return {
    user,
    knownHosts: resolvePath(knownHosts),
    ...(identityFile && { identityFile: resolvePath(identityFile) }),
    ...(agent && { agent: agent === true ? agent : resolvePath(agent) }),
    ...(become && { become }),
    ...(jump && { jump }),
    ...(algorithms && { algorithms }),
    ledger,
  }
}

function nodeOf(name: string, node: ClusterFile['nodes'][string], resolvePath: ResolvePath): InventoryNode {
  const { address, port, bmc } = node
  return { name, address, port, ...(bmc && { bmc: { ...bmc, passwordFile: resolvePath(bmc.passwordFile) } }) }
}

export function checkInventory(file: LooseFile, nodesOf: (cluster: string) => readonly string[]): readonly Mistake[] {
  const clusters = Object.entries(file.clusters)
  const channels = clusters.flatMap(([name, { channel }]) =>
    channel ? [{ what: channel, path: ['clusters', name, 'channel'] }] : [],
  )
  return [
    ...clusters.flatMap(([name, cluster]) => [
      ...noWayIn(name, cluster),
      ...noNodes(name, nodesOf(name)),
      ...unknownPreferences(name, cluster, nodesOf(name)),
    ]),
    ...findTwice(channels, 'same-channel', ({ what }, first) => ({
      message: `Channel ${what} is already that of cluster ${first.path[1]}; a command in it could mean either.`,
      next: 'Give each cluster its own channel, or leave the channel of one out.',
    })),
    ...sameAddresses(clusters),
  ]
}

function noWayIn(name: string, { ssh }: LooseCluster): readonly Mistake[] {
  if (!ssh || ssh.identityFile !== undefined || ssh.agent !== undefined) return []
  const path = ['clusters', name, 'ssh']
  const message = `${pathText(path)} says no way to log in.`
  return [{ code: 'no-login', path, at: 'key', message, next: 'Give identityFile, or agent: true.' }]
}

function noNodes(name: string, nodes: readonly string[]): readonly Mistake[] {
  if (nodes.length > 0) return []
  const path = ['clusters', name, 'nodes']
  return [{ code: 'no-nodes', path, at: 'key', message: `Cluster ${name} has no nodes.`, next: 'Name at least one.' }]
}

function unknownPreferences(name: string, { groups }: LooseCluster, nodes: readonly string[]): readonly Mistake[] {
  return Object.entries(groups ?? {}).flatMap(([group, { prefers }]) => {
    if (prefers === undefined || nodes.includes(prefers)) return []
    const suggestion = suggest(prefers, nodes)
    const path = ['clusters', name, 'groups', group, 'prefers']
    const message = `Group ${group} prefers ${prefers}, which is no node of ${name}.`
    return [{ code: 'unknown-node', path, message, ...(suggestion && { suggestion }) }]
  })
}

/** Behind different jump hosts the same private address may be two machines. */
function sameAddresses(clusters: readonly (readonly [string, LooseCluster])[]): readonly Mistake[] {
  const endpoints = clusters.flatMap(([name, { nodes, ssh }]) =>
    Object.entries(nodes).flatMap(([node, { address, port }]) => {
      const path = ['clusters', name, 'nodes', node, 'address']
      return address ? [{ what: `${address} port ${port ?? 22}${ssh?.jump ? ` behind ${ssh.jump}` : ''}`, path }] : []
    }),
  )
  return findTwice(endpoints, 'same-address', ({ what }, first) => ({
    message: `${what} is already the address of ${pathText(first.path.slice(0, -1))}.`,
    next: 'Two nodes are two machines: correct one of the addresses.',
  }))
}
