/** A cluster to try things on: simulated SSH servers, or real daemons in namespaces. Both hand out the same things. */
export interface World {
  readonly name: string
  /** What a person should know about it, one line. */
  readonly summary: string
  readonly cluster: {
    readonly name: string
    readonly stack: 'pacemaker' | 'heartbeat-crm' | 'heartbeat' | 'rgmanager'
    readonly groups: Readonly<Record<string, WorldGroup>>
  }
  readonly nodes: readonly WorldNode[]
  /** Login for ha-bot's worker: the identity is a private key file made for this world alone. */
  readonly login: { readonly user: string; readonly identityFile: string; readonly become?: 'sudo' }
  /** Where the nodes keep their record of changes, if not in the usual place: nodes that share one disk need folders of their own. */
  readonly ledger?: string
  /** A known_hosts file that pins every node's host key. */
  readonly knownHostsFile: string
  /** Runs `script` in /bin/sh on a node, outside ha-bot: for tests and the demo's own look at the truth. */
  inspect(node: string, script: string): Promise<{ exitCode: number; stdout: string; stderr: string }>
  /** A script that shows on each node what it has of a group, for the demo's last look; absent: what Pacemaker says on one node. */
  readonly truth?: (group: string) => string
  /** Ends every process, socket, namespace and file of this world. Safe to call twice. */
  close(): Promise<void>
}

export interface WorldGroup {
  readonly prefers?: string
  /** `host:port` at which clients reach it, while it runs. */
  readonly service?: string
}

export interface WorldNode {
  readonly name: string
  readonly address: string
  readonly port: number
}
