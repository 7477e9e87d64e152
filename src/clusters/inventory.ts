/** The four generations of Linux HA that ha-bot knows; see DESIGN words in docs/architecture.md. */
export const STACKS = ['pacemaker', 'heartbeat-crm', 'heartbeat', 'rgmanager'] as const
export type Stack = (typeof STACKS)[number]

/** How the nodes of a cluster are reached; node entries may override single fields. */
export interface SshSettings {
  readonly user: string
  readonly identityFile?: string
  /** Path of an agent's socket, or `true` for the one in SSH_AUTH_SOCK. */
  readonly agent?: string | true
  readonly knownHosts: string
  /** `sudo`: every command runs as `sudo -n`. */
  readonly become?: 'sudo'
  /** Jump host: `[user@]host[:port]`. */
  readonly jump?: string
  /** `legacy` also offers SHA-1 algorithms, for OpenSSH 4.x and 5.x. */
  readonly algorithms?: 'modern' | 'legacy'
  /** Folder of each node's own record of changes; a relative one counts from the login user's home, and gets the node's name appended. */
  readonly ledger: string
}

/** A node's management board: what cuts its power. */
export interface Bmc {
  readonly address: string
  readonly user: string
  /** Path of a file; its content is read by the worker alone, when it is needed. */
  readonly passwordFile: string
}

export interface InventoryNode {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly bmc?: Bmc
}

/** What a person wrote down of a group. */
export interface InventoryGroup {
  /** The node to go to when nobody names one. */
  readonly prefers?: string
  /** Where clients reach it: `host:port` (service-address.ts). Nothing but this names an address that a worker connects to for a group. */
  readonly service?: string
}

/** A cluster as configured: facts a person wrote down, before anything was read from the cluster itself. */
export interface Cluster {
  readonly name: string
  readonly stack: Stack
  /** Slack channel id whose commands mean this cluster. */
  readonly channel?: string
  readonly ssh: SshSettings
  readonly nodes: Readonly<Record<string, InventoryNode>>
  /** Optional where the cluster itself can say which groups it has. */
  readonly groups: Readonly<Record<string, InventoryGroup>>
}

export type Inventory = Readonly<Record<string, Cluster>>
