import type { Stack } from './inventory.ts'

/** What a cluster said about itself: read and parsed, never guessed. Times are ISO 8601 in UTC. */
export interface ClusterStatus {
  readonly cluster: string
  readonly stack: Stack
  /** When the reading was complete, by the reader's clock. */
  readonly readAt: string
  /** Nodes whose answers agree and stand behind this status. */
  readonly readFrom: readonly string[]
  readonly quorate: boolean
  /** The stack has no quorum: each node acts alone on what it sees, and `quorate` says nothing. */
  readonly withoutQuorum?: true
  /** Nothing is under way and nothing is pending: the controller is idle, no node joins, no action or fencing runs. */
  readonly settled: boolean
  /** Why it is not settled, in words; empty when it is. */
  readonly unsettledBecause: readonly string[]
  /** Designated controller, or "" when there is none. */
  readonly dc: string
  readonly maintenance: boolean
  readonly fencing: Fencing
  readonly nodes: Readonly<Record<string, NodeStatus>>
  readonly groups: Readonly<Record<string, GroupStatus>>
  readonly failures: readonly Failure[]
  readonly leftovers: readonly Leftover[]
  readonly configuration: Configuration
}

export interface NodeStatus {
  readonly name: string
  readonly online: boolean
  readonly standby: boolean
  readonly maintenance: boolean
  readonly pending: boolean
  readonly unclean: boolean
  readonly shutdown: boolean
  readonly dc: boolean
  /** Top-level groups with a part that runs here, fence devices left out. */
  readonly groups: readonly string[]
  /** `online`, `standby`, `maintenance`, `pending`, `offline`, `unclean (offline)`, `unclean (online)`. */
  readonly state: string
  /** A fence device is configured that can fence this node. */
  readonly fenceable: boolean
  /** A Pacemaker remote node: it runs groups but has no vote, no controller, and is never a failover's target. */
  readonly remote?: true
}

export type GroupKind = 'group' | 'resource' | 'clone' | 'bundle'

export interface GroupStatus {
  readonly name: string
  readonly kind: GroupKind
  /** The one node where it runs; "" when it runs nowhere or on several. */
  readonly node: string
  readonly nodes: readonly string[]
  /** `started` only if every member that should run is started; `unknown` where no node that answers holds it and a silent one may. */
  readonly state: 'started' | 'stopped' | 'partial' | 'starting' | 'stopping' | 'failed' | 'blocked' | 'unknown'
  readonly managed: boolean
  /** Where the stack's own configuration wants it when all is well: first word of its haresources line, first of an ordered failover domain. */
  readonly prefers?: string
  /** target-role=Stopped, or the equivalent of the stack: somebody wants it stopped. */
  readonly disabled: boolean
  readonly members: readonly Member[]
  /** Nodes that constraints of the configuration forbid it, leftovers included; absent where the stack cannot say. */
  readonly bannedFrom?: readonly string[]
}

export interface Member {
  readonly name: string
  /** Resource agent, e.g. `ocf:heartbeat:IPaddr2`. */
  readonly agent: string
  readonly role: string
  readonly nodes: readonly string[]
  readonly failed: boolean
  readonly blocked: boolean
  readonly managed: boolean
  /** What the cluster is doing to it now (`Starting`, `Stopping`, `Migrating`), or "". */
  readonly pending: string
}

export interface Failure {
  /** Resource that failed, e.g. `server2_daemon`; "" for a failed fencing. */
  readonly resource: string
  /** Top-level group it belongs to; "" when unknown. */
  readonly group: string
  readonly node: string
  /**
   * `start`, `monitor`, `stop`, …, `fencing`; `fail-count` when only the count is left, `active-twice` when it runs on several
   * nodes but must not, `unserved` when no node owns it, `orphan` when it runs but is no longer configured, `link` when a way between two nodes is dead.
   */
  readonly task: string
  readonly reason: string
  /** When it happened as the cluster says it, or "". */
  readonly at: string
}

/** Something an earlier operation left behind that changes what the cluster will do. */
export interface Leftover {
  /** Constraint id such as `cli-prefer-server2`. */
  readonly id: string
  readonly kind: 'prefer' | 'ban'
  readonly group: string
  readonly node: string
}

export interface Fencing {
  readonly enabled: boolean
  readonly devices: readonly string[]
  /** Fencing actions under way, as `reboot of node1`. */
  readonly pending: readonly string[]
}

export interface Configuration {
  /** Pacemaker: `admin_epoch.epoch`; "" where the stack has none. */
  readonly version: string
  /** Digest of the configuration part alone, as the stack's own tool prints it; "" where unknown. */
  readonly digest: string
}
