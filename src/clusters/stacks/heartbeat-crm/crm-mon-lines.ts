/** What one line of `crm_mon -1 -r` of 2.1.3 says; the fields are separated by TABs (ha-stacks.md §6). */
export type MonLine =
  | { readonly kind: 'node'; readonly name: string; readonly word: NodeWord }
  | { readonly kind: 'container'; readonly name: string; readonly of: 'group' | 'clone'; readonly depth: number }
  | ({ readonly kind: 'resource'; readonly depth: number } & MonResource)
  | ({ readonly kind: 'failed' } & MonFailure)

/** There are no other words: a node that was lost and not yet fenced reads OFFLINE as well, a joining one `standby`. */
export type NodeWord = 'online' | 'standby' | 'OFFLINE'

export interface MonResource {
  readonly name: string
  /** `heartbeat::ocf:IPaddr`, `stonith:external/ipmi`. */
  readonly agent: string
  /** `Started`, `Stopped`, `Master`, `Slave`; "" where it is shown on several nodes. */
  readonly role: string
  readonly nodes: readonly string[]
  readonly managed: boolean
  readonly failed: boolean
}

export interface MonFailure {
  readonly resource: string
  readonly task: string
  readonly node: string
  readonly rc: string
  /** `Error`, `Timed Out`, `NOT SUPPORTED`, `complete`, … */
  readonly word: string
}

const NODE = /^Node: (\S+) \([^()]*\): (online|standby|OFFLINE)$/
const CONTAINER = /^( *)(Resource Group|Clone Set|Master\/Slave Set): (\S+)$/
const RESOURCE =
  /^( *)(\S+)\t\(([^()\s]+)\):?(?:\t(Started|Stopped|Master|Slave) ?(\S*?)((?: \(unmanaged\)| FAILED)*))?$/
const SEVERAL =
  /^( *)(\S+)\t\(([^()\s]+)\):?(?:\t(?:Started|Master|Slave) ?\S*?)?((?: \(unmanaged\)| FAILED)*)\[((?:\t[^\s[\]]+)+) ?\]$/
const FAILED =
  /^ +(\S+)_(start|stop|monitor|promote|demote|migrate_to|migrate_from|notify)_\d+ \(node=(\S+), call=-?\d+, rc=(-?\d+)\): (.+)$/

/** undefined for a line that is none of these. */
export function monLine(line: string): MonLine | undefined {
  return nodeLine(line) ?? containerLine(line) ?? resourceLine(line) ?? severalLine(line) ?? failedLine(line)
}

function nodeLine(line: string): MonLine | undefined {
  const [, name, word] = NODE.exec(line) ?? []
  if (name === undefined) return undefined
  return { kind: 'node', name, word: word === 'online' || word === 'standby' ? word : 'OFFLINE' }
}

function containerLine(line: string): MonLine | undefined {
  const [, indent = '', what, name] = CONTAINER.exec(line) ?? []
  if (name === undefined) return undefined
  return { kind: 'container', name, of: what === 'Resource Group' ? 'group' : 'clone', depth: indent.length }
}

function resourceLine(line: string): MonLine | undefined {
  const [, indent = '', name, agent, role, node = '', marks = ''] = RESOURCE.exec(line) ?? []
  if (name === undefined || agent === undefined || role === undefined) return undefined
  if ((role === 'Stopped') !== (node === '')) return undefined
  return {
    kind: 'resource',
    depth: indent.length,
    name,
    agent,
    role,
    nodes: node === '' ? [] : [node],
    ...marked(marks),
  }
}

function severalLine(line: string): MonLine | undefined {
  const [, indent = '', name, agent, marks = '', nodes] = SEVERAL.exec(line) ?? []
  if (name === undefined || agent === undefined || nodes === undefined) return undefined
  const where = nodes.split('\t').filter(node => node !== '')
  return { kind: 'resource', depth: indent.length, name, agent, role: 'Started', nodes: where, ...marked(marks) }
}

function marked(marks: string): { readonly managed: boolean; readonly failed: boolean } {
  return { managed: !marks.includes('(unmanaged)'), failed: marks.includes('FAILED') }
}

function failedLine(line: string): MonLine | undefined {
  const [, resource, task, node, rc, word] = FAILED.exec(line) ?? []
  if (resource === undefined || task === undefined || node === undefined || rc === undefined || word === undefined)
    return undefined
  return { kind: 'failed', resource, task, node, rc, word }
}
