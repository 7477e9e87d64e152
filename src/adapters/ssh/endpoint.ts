import type { Cluster, Inventory, SshSettings } from '../../clusters/inventory.ts'
import { entry } from '../../clusters/lookup.ts'

/** A machine to log in to, with all that decides how; two endpoints with the same key share one connection. */
export interface Endpoint {
  /** For people: `server2`, or `jump host bastion.example`. */
  readonly name: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly ssh: SshSettings
  readonly via?: Endpoint
}

/** The endpoint of a node; a sentence when the inventory has no such node or its jump host cannot be read. */
export function endpointOf(inventory: Inventory, clusterName: string, nodeName: string): Endpoint | string {
  const cluster = entry(inventory, clusterName)
  if (!cluster) return `There is no cluster ${clusterName} in the configuration; known are ${list(inventory)}.`
  const node = entry(cluster.nodes, nodeName)
  if (!node) return `${clusterName} has no node ${nodeName} in the configuration; it has ${list(cluster.nodes)}.`
  const { ssh } = cluster
  const endpoint = { name: nodeName, host: node.address, port: node.port, user: ssh.user, ssh }
  if (ssh.jump === undefined) return endpoint
  const via = jumpHost(cluster, ssh.jump)
  return via
    ? { ...endpoint, via }
    : `The jump host ${ssh.jump} of ${clusterName} is not of the form [user@]host[:port].`
}

/** Tells endpoints apart by everything that matters for a connection; two names for one machine stay two endpoints. */
export function endpointKey(endpoint: Endpoint): string {
  const { name, host, port, user, ssh, via } = endpoint
  const login = [ssh.identityFile, ssh.agent, ssh.knownHosts, ssh.algorithms]
  return JSON.stringify([name, host, port, user, ...login, via && endpointKey(via)])
}

/** `server2 (192.0.2.12:22)`, and through which jump host. */
export function placeOf(endpoint: Endpoint): string {
  const through = endpoint.via ? ` through ${endpoint.via.name}` : ''
  return `${endpoint.name} (${addressOf(endpoint)}${through})`
}

export function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

const JUMP = /^(?:(?<user>[^@\s]+)@)?(?:\[(?<v6>[^\]\s]+)\]|(?<name>[^:@\s[\]]+))(?::(?<port>\d{1,5}))?$/

function jumpHost({ ssh }: Cluster, jump: string): Endpoint | undefined {
  const { user = ssh.user, v6, name, port: digits } = JUMP.exec(jump)?.groups ?? {}
  const host = v6 ?? name
  const port = Number(digits ?? 22)
  if (host === undefined || port < 1 || port > 65_535) return undefined
  return { name: `jump host ${host}`, host, port, user, ssh }
}

function list(names: Readonly<Record<string, unknown>>): string {
  return Object.keys(names).join(', ') || 'none'
}
