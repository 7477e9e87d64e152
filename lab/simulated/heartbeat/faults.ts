/** What goes wrong on request. */
export interface Faults {
  /** `resource@node` whose next start fails. */
  readonly starts: Set<string>
  /** Resources that fail to stop: the node reboots itself. */
  readonly stops: Set<string>
  /** Resources whose stop never returns. */
  readonly hanging: Set<string>
  /** Why Heartbeat ignores a request for standby, by the node that asks. */
  readonly ignored: Map<string, Ignored>
  /** Nodes whose Heartbeat starts and is never heard. */
  readonly mute: Set<string>
  /** Nodes that the fence device cannot reset. */
  readonly fencing: Set<string>
  /** Nodes without power that stay so, whatever resets them. */
  readonly broken: Set<string>
}

/** Each of them is silent: the daemon says so in its log alone (ha-stacks.md §5). */
export type Ignored = 'flux' | 'in progress' | 'no reply'

export function noFaults(): Faults {
  const sets = { starts: new Set<string>(), stops: new Set<string>(), hanging: new Set<string>() }
  return { ...sets, ignored: new Map(), mute: new Set(), fencing: new Set(), broken: new Set() }
}
