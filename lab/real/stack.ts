import type { World } from '../world.ts'
import type { LabNames, Seat } from './names.ts'
import type { LabNode } from './node.ts'

/** What one cluster stack brings to the lab: who is in it, what lies on a node's disk, and when it has settled. */
export interface LabStack {
  readonly stack: World['cluster']['stack']
  /** What a person should know about it, without where it runs. */
  readonly summary: string
  readonly nodes: readonly string[]
  readonly groups: World['cluster']['groups']
  /** Script that a booting node runs last: it starts the daemons. */
  readonly daemons: string
  /** As `World.truth`. */
  readonly truth?: (group: string) => string
  /** Of the machine's /etc, beside what every node has. */
  readonly fromMachine: readonly string[]
  /** Logs on a node's disk that tell why a cluster did not come up. */
  readonly logs: readonly string[]
  /** Adds to the disk of each node what the daemons need. */
  install(disks: readonly LabDisk[], fencing: Fencing | undefined, signal?: AbortSignal): Promise<void>
  /** From nodes that have just booted to a cluster where every group runs where it prefers and nothing more is to do. */
  settle(cluster: BootedCluster, signal?: AbortSignal): Promise<void>
  /** Whether `witness` knows that `node` is gone, and that nobody is cutting its power any more. */
  missed(node: string, witness: LabNode): Promise<boolean>
}

/** The disk of one node, with what every node has already on it. */
export interface LabDisk {
  readonly names: LabNames
  readonly seats: readonly Seat[]
  readonly seat: Seat
  readonly etc: string
  readonly var: string
}

export interface BootedCluster {
  readonly names: LabNames
  readonly seats: readonly Seat[]
  readonly nodes: readonly LabNode[]
  readonly fencing: Fencing | undefined
  readonly log: (line: string) => void
}

/** How the power of nodes is cut: over IPMI, at the `bmcAddress` of each seat. */
export interface Fencing {
  readonly user: string
  readonly password: string
  /** A file that holds it on every node, readable by root alone. */
  readonly passwordFile: string
}
