/** The groups of the lab and where each prefers to run; node3 is the spare, so that a failover has somewhere to go. */
export const GROUPS = {
  server0: { prefers: 'node1' },
  server1: { prefers: 'node2' },
  server2: { prefers: 'node1' },
} as const

export type GroupName = keyof typeof GROUPS
export const GROUP_NAMES: readonly GroupName[] = ['server0', 'server1', 'server2']

export const NODE_NAMES = ['node1', 'node2', 'node3'] as const
export type NodeName = (typeof NODE_NAMES)[number]

/**
 * Everything of one lab is named after its number: `hab7f` is 10.213.127.0/24, its host link, and the first part of its namespaces.
 * So one claimed number keeps two labs apart in every respect.
 */
export interface LabNames {
  readonly prefix: string
  /** Of `prefix`/24; ends in a dot. */
  readonly network: string
  readonly hostAddress: string
  /** The namespace that holds the bridge: the host's own firewall never sees traffic between nodes. */
  readonly switchNamespace: string
  /** The interface on the host; at most 15 characters. */
  readonly hostLink: string
}

/** @param number 0..255 */
export function labNames(number: number): LabNames {
  const prefix = `hab${number.toString(16).padStart(2, '0')}`
  const network = `10.213.${number}.`
  return { prefix, network, hostAddress: `${network}254`, switchNamespace: `${prefix}-switch`, hostLink: prefix }
}

export function nodeNamespace(names: LabNames, node: NodeName): string {
  return `${names.prefix}-${node}`
}

/** node1 is .1, as in the corosync node ids. */
export function nodeNumber(node: NodeName): number {
  return NODE_NAMES.indexOf(node) + 1
}

export function nodeAddress(names: LabNames, node: NodeName): string {
  return `${names.network}${nodeNumber(node)}`
}

/** The addresses that move with the groups: .100 and up. */
export function groupAddresses({ network }: LabNames): Readonly<Record<GroupName, string>> {
  return { server0: `${network}100`, server1: `${network}101`, server2: `${network}102` }
}
