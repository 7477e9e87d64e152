/** What has been arranged to go wrong. */
export interface Faults {
  /** Reason by `resource@node`; each start fails once. */
  readonly starts: Map<string, string>
  /** Reason by resource: its stops fail until this is taken away. */
  readonly stops: Map<string, string>
  /** Resources whose stop takes until its time limit, and has then failed. */
  readonly hanging: Set<string>
  /** Reason by node: its fencing fails until this is taken away. */
  readonly fencing: Map<string, string>
  /** Nodes whose management board answers nobody. */
  readonly boards: Set<string>
  /** Nodes that do not come back when their power does. */
  readonly broken: Set<string>
  /** Nodes whose daemons start and never get through to the others. */
  readonly away: Set<string>
}

export function noFaults(): Faults {
  const maps = { starts: new Map(), stops: new Map(), fencing: new Map() }
  return { ...maps, hanging: new Set(), boards: new Set(), broken: new Set(), away: new Set() }
}

/** Why this operation fails, or "". A start's failure is used up. */
export function failureOf(faults: Faults, kind: string, resource: string, node: string): string {
  if (kind === 'stop') return faults.stops.get(resource) ?? ''
  if (kind !== 'start') return ''
  const key = `${resource}@${node}`
  const reason = faults.starts.get(key) ?? ''
  faults.starts.delete(key)
  return reason
}
