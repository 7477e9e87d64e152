/** One call of a cluster tool on a node, as its shim handed it over. */
export interface ToolCall {
  readonly node: string
  /** Name of the tool as the model lists it: `crm_mon`, or `/etc/init.d/heartbeat`. */
  readonly tool: string
  readonly args: readonly string[]
  readonly stdin: string
  /** What CIB_file named, already resolved against the caller's folder; "" for the live cluster. */
  readonly cibFile: string
  readonly cwd: string
}

export interface ToolReply {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** What a cluster does to the machines it runs on; the world carries it out. */
export interface Machines {
  /** The node lost its power: its sessions die with it. */
  powerLost(node: string): void
  powerRestored(node: string): void
}

/** Which groups clients can be served from now. */
export interface Serving {
  /** Called at every change of the model. */
  readonly watchers: Set<() => void>
  /** The node on which every part of a group really runs; "" where there is none. A node without power counts as well: the scene knows of that. */
  servedBy(group: string): string
}

/** A model of one cluster stack. */
export interface StackModel {
  /** Names of the tools that the nodes have; each gets a shim on the nodes' PATH. One that begins with / lies there among the node's files. */
  readonly tools: readonly string[]
  /** Calls that read their standard input, as patterns of the shell over `tool arguments `; what cibadmin and crm_verify read is known. */
  readonly stdin?: readonly string[]
  readonly serving: Serving
  call(call: ToolCall): ToolReply | Promise<ToolReply>
  close(): void
}

export function reply(stdout: string, exitCode = 0, stderr = ''): ToolReply {
  return { exitCode, stdout, stderr }
}

export function refusal(exitCode: number, stderr: string, stdout = ''): ToolReply {
  return { exitCode, stdout, stderr: stderr.endsWith('\n') ? stderr : `${stderr}\n` }
}
