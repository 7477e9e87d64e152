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

/** A node's place in a lab. */
export interface Seat {
  readonly name: string
  /** The first is 1, as in its address and in the corosync node ids. */
  readonly number: number
  readonly address: string
  /** On a second cable, between the nodes alone. */
  readonly privateAddress: string
  /** Where its power is switched: a BMC, on the same network. */
  readonly bmcAddress: string
  readonly namespace: string
  /** Fixed, or peers would talk to the old one after a restart. */
  readonly hardwareAddress: string
}

/** One seat for each node, in their order; at most 9. */
export function seatsOf({ prefix, network }: LabNames, nodes: readonly string[]): readonly Seat[] {
  return nodes.map((name, index) => ({
    name,
    number: index + 1,
    address: `${network}${index + 1}`,
    privateAddress: `192.168.213.${index + 1}`,
    bmcAddress: `${network}${index + 11}`,
    namespace: `${prefix}-${name}`,
    hardwareAddress: `02:00:0a:d5:${prefix.slice(3)}:0${index + 1}`,
  }))
}

/** The addresses that move with the groups: .100 and up. */
export function groupAddresses<Group extends string>(
  { network }: LabNames,
  groups: readonly Group[],
): Readonly<Record<Group, string>> {
  const pairs = groups.map((group, index) => [group, `${network}${index + 100}`] as const)
  return Object.fromEntries(pairs) as Record<Group, string>
}
