import { XMLParser } from 'fast-xml-parser'
import { z } from 'zod'

/** What a cluster says about itself, read without ha-bot's own reader: that one is what the lab puts to the test. */
export interface Sight {
  /** Empty while there is none. */
  readonly dc: string
  readonly quorate: boolean
  readonly online: readonly string[]
  /** Lost, and perhaps not gone. */
  readonly unclean: readonly string[]
  /** Whose power is being cut. */
  readonly fencing: readonly string[]
  /** Group to the nodes its members run on: one name when all of it is on one node, '' stands for a stopped member. */
  readonly runsOn: Readonly<Record<string, readonly string[]>>
}

const Flag = z.enum(['true', 'false']).transform(word => word === 'true')
const Member = z.object({ node: z.array(z.object({ name: z.string() })).default([]) })
const Group = z.object({ id: z.string(), resource: z.array(Member) })
const Node = z.object({ name: z.string(), online: Flag, pending: Flag, unclean: Flag })
const Fenced = z.object({ target: z.string(), status: z.string() })
const Monitor = z.object({
  'pacemaker-result': z.object({
    summary: z.object({
      current_dc: z.object({ present: Flag, name: z.string().default(''), with_quorum: Flag.default(false) }),
    }),
    // Pacemaker leaves out what it has none of.
    nodes: z.object({ node: z.array(Node) }).optional(),
    resources: z.object({ group: z.array(Group).default([]) }).optional(),
    fence_history: z.object({ fence_event: z.array(Fenced).default([]) }).optional(),
  }),
})

const LISTS = new Set(['node', 'group', 'resource', 'fence_event'])
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  isArray: name => LISTS.has(name),
})

/** Reads `crm_mon -1 --output-as=xml` of Pacemaker 2.1; a string says why that was not possible. */
export function readMonitor(xml: string): Sight | string {
  const parsed = Monitor.safeParse(parser.parse(xml))
  if (!parsed.success) return z.prettifyError(parsed.error)
  const { summary, nodes, resources, fence_history } = parsed.data['pacemaker-result']
  const fenced = fence_history?.fence_event ?? []
  const ready = nodes?.node.filter(node => node.online && !node.pending) ?? []
  return {
    dc: summary.current_dc.name,
    quorate: summary.current_dc.with_quorum,
    online: ready.map(node => node.name),
    unclean: (nodes?.node ?? []).flatMap(({ name, unclean }) => (unclean ? [name] : [])),
    fencing: fenced.flatMap(({ target, status }) => (status === 'pending' ? [target] : [])),
    runsOn: Object.fromEntries((resources?.group ?? []).map(group => [group.id, whereabouts(group)])),
  }
}

function whereabouts(group: z.infer<typeof Group>): readonly string[] {
  const places = group.resource.flatMap(member => (member.node.length ? member.node.map(node => node.name) : ['']))
  return [...new Set(places)]
}
