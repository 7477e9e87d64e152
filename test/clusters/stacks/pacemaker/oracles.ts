/** Reads what the real tools say for people: independent of the XML that the parser reads. */

/** Nodes by resource, from lines such as `resource server0 is running on: node1 Promoted`. */
export function locations(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const [, resource = '', node = ''] of text.matchAll(/^resource (.+?) is running on: (.+?)(?: Promoted)?$/gm)) {
    found.set(resource, (found.get(resource) ?? new Set()).add(node.trim()))
  }
  return found
}

/** Guests and containers by name, with the node that hosts them: `GuestNode web-0@node1: online`. */
export function guestHosts(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/^ {2}\* GuestNode (.+?)@(.*): \w+$/gm)].map(([, guest = '', host = '']) => [guest, host]),
  )
}

export interface NodeLine {
  readonly name: string
  /** As crm_mon words it, without what it adds for the eye. */
  readonly words: string
}

export function nodeLines(text: string): readonly NodeLine[] {
  const lines = [...text.matchAll(/^ {2}\* (?:Node (.+) \(\S+\)|RemoteNode (\S+)): (.*)$/gm)]
  return lines.map(([, member, remote, words = '']) => ({
    name: member ?? remote ?? '',
    words: words
      .replace(/, feature set .*$/, '')
      .replace(/ \((?:with active resources|on-fail|health is RED)\)$/, '')
      .replace(/^OFFLINE.*$/, 'offline')
      .toLowerCase(),
  }))
}

export interface ResourceLine {
  readonly name: string
  readonly agent: string
  /** `Started`, `FAILED`, `Stopped`, … */
  readonly role: string
  readonly nodes: readonly string[]
  readonly flags: readonly string[]
}

/** Every resource that is not an orphan: `* server0_fs\t(ocf:heartbeat:Filesystem):\t Started [ node1 node3 ] (blocked)`. */
export function resourceLines(text: string): readonly ResourceLine[] {
  const lines = [...text.matchAll(/^ +\* (.+)\t\((.+)\):\t (?!ORPHANED)(\S+)(.*)$/gm)]
  return lines.map(([, name = '', agent = '', role = '', rest = '']) => {
    const flags = [...rest.matchAll(/\((unmanaged|disabled|blocked|UNCLEAN|failure ignored)\)/g)].map(
      ([, flag = '']) => flag,
    )
    const where = rest.replace(/\((?:unmanaged|disabled|blocked|UNCLEAN|failure ignored)\)/g, '').trim()
    const several = /^\[ (.*) \]$/.exec(where)?.[1]
    return { name, agent, role, nodes: several ? several.split(' ') : [where].filter(Boolean), flags }
  })
}

/** Names of the top-level groups, clones and bundles with the words crm_mon puts behind them. */
export function containers(text: string): ReadonlyMap<string, string> {
  const lines = [...text.matchAll(/^ {2}\* (?:Resource Group|Clone Set|Container bundle set): ([^\s:]+)(.*)$/gm)]
  return new Map(lines.map(([, name = '', words = '']) => [name, words]))
}
