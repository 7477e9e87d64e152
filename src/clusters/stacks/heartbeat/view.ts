import { digestOf } from '../../../canonical.ts'
import { byName } from '../../lookup.ts'
import type { ClusterStatus, Failure, Fencing, GroupStatus, NodeStatus } from '../../status.ts'
import type { ReadingContext } from '../stack.ts'
import type { Said } from './cl-status.ts'
import type { HaCf } from './ha-cf.ts'
import { comparable, type HaGroup } from './haresources.ts'

/** What one node was read to say. */
export interface View {
  readonly said: Said
  readonly cf: HaCf
  readonly groups: readonly HaGroup[]
}

/**
 * A status as one node alone sees it: of the groups it says only which it holds itself, for `rscstatus` says no more. What nobody holds,
 * and what two hold, shows when the views are put together.
 */
export function viewStatus(view: View, context: ReadingContext): ClusterStatus {
  const { said, cf } = view
  const own = ownName(view, context)
  const names = nodeNames(view, context)
  const groups = view.groups.map(group => heldBy(group, said, own, names))
  const fencing: Fencing = { enabled: cf.stonith.length > 0, devices: cf.stonith.map(({ type }) => type), pending: [] }
  const nodes = names.map(name => nodeStatus(name, view, groups))
  const because = unsettled(said)
  return {
    cluster: context.cluster,
    stack: 'heartbeat',
    readAt: context.readAt,
    readFrom: [own],
    quorate: true,
    withoutQuorum: true,
    settled: because.length === 0,
    unsettledBecause: because,
    dc: '',
    maintenance: false,
    fencing,
    nodes: byName(nodes),
    groups: byName(groups),
    failures: deadLinks(said),
    leftovers: [],
    configuration: { version: '', digest: digestOf([cf.directives, comparable(view.groups)]) },
  }
}

/** `local` are the groups whose line begins with this node, `foreign` all others (ha-stacks.md §5). */
function heldBy(group: HaGroup, said: Said, own: string, names: readonly string[]): GroupStatus {
  const words = group.prefers === said.own ? ['local', 'all'] : ['foreign', 'all']
  const prefers = names.find(name => name.toLowerCase() === group.prefers) ?? group.prefers
  return groupStatus({ ...group, prefers }, words.includes(said.holds) ? [own] : [])
}

function groupStatus({ name, prefers, resources }: HaGroup, nodes: readonly string[]): GroupStatus {
  const running = nodes.length > 0
  return {
    name,
    kind: 'group',
    node: nodes[0] ?? '',
    nodes,
    state: running ? 'started' : 'stopped',
    managed: true,
    prefers,
    disabled: false,
    members: resources.map(resource => ({
      name: resource.name,
      agent: `heartbeat:${resource.script}`,
      role: running ? 'Started' : 'Stopped',
      nodes,
      failed: false,
      blocked: false,
      managed: true,
      pending: '',
    })),
  }
}

/** Heartbeat that is stopped knows nobody: then ha.cf tells, or the inventory where ha.cf lets anyone join. */
function nodeNames({ said, cf }: View, context: ReadingContext): readonly string[] {
  const known = [...said.nodes].filter(([, word]) => word !== 'ping').map(([name]) => name)
  if (known.length > 0) return known
  return cf.nodes.length > 0 ? cf.nodes : context.nodes
}

function ownName(view: View, context: ReadingContext): string {
  return nodeNames(view, context).find(name => name.toLowerCase() === view.said.own) ?? context.node
}

function nodeStatus(name: string, { said, cf }: View, groups: readonly GroupStatus[]): NodeStatus {
  const own = name.toLowerCase() === said.own
  const word = said.nodes.get(name)
  const state = own && !said.running ? 'offline' : stateOf(word)
  return {
    name,
    online: word === 'active' || word === 'up',
    standby: false,
    maintenance: false,
    pending: word === 'up' || word === 'init',
    unclean: false,
    shutdown: false,
    dc: false,
    groups: own ? groups.filter(group => group.node !== '').map(group => group.name) : [],
    state,
    fenceable: cf.stonith.some(({ covers }) => covers === '' || covers.toLowerCase() === name.toLowerCase()),
  }
}

function stateOf(word: string | undefined): string {
  if (word === undefined) return 'unknown'
  if (word === 'active') return 'online'
  return word === 'dead' ? 'offline' : 'pending'
}

function unsettled(said: Said): string[] {
  const joining = [...said.nodes].filter(([, word]) => word === 'up' || word === 'init')
  return [
    ...(said.holds === 'transition' ? [`${said.own} is handing over or taking over (rscstatus transition)`] : []),
    ...joining.map(([name, word]) => `${name} is joining (${said.own} sees it ${word})`),
  ]
}

/** A node's own links may read dead, which is harmless (ha-stacks.md §4); those of a dead node say nothing new. */
function deadLinks({ own, nodes, links }: Said): Failure[] {
  const dead = links.filter(({ node, up }) => !up && node.toLowerCase() !== own && nodes.get(node) !== 'dead')
  return dead.map(({ node, link }) => ({
    resource: link,
    group: '',
    node,
    task: 'link',
    reason: `${own} hears nothing from ${node} over it`,
    at: '',
  }))
}
