import type { GroupKind, GroupStatus, Member } from '../../status.ts'
import { attribute, childrenOf, descendantsOf, isTrue, type XmlElement } from '../xml.ts'
import type { CrmMon } from './crm-mon.ts'
import { stateOf } from './group-state.ts'
import type { Part } from './part.ts'
import { guests } from './places.ts'

const KINDS: Readonly<Record<string, GroupKind>> = {
  group: 'group',
  resource: 'resource',
  clone: 'clone',
  bundle: 'bundle',
}
const STOPPED = 'Stopped'

/**
 * Everything that is moved as one. Left out: fence devices, whatever holds nothing else (they are in `fencing.devices`), and
 * orphans, which are no longer configured (they are in `failures`), and the connections that Pacemaker itself makes to guests.
 */
export function groupsOf(crmMon: CrmMon): readonly GroupStatus[] {
  const hosts = guests(crmMon)
  const bans = bansOf(crmMon)
  return crmMon.resources.flatMap(element => {
    const kind = KINDS[element.name]
    const isLeftOut = isFencing(element) || isOrphan(element) || hosts.has(attribute(element, 'id'))
    return kind && !isLeftOut ? [groupOf(element, kind, crmMon, hosts, bans)] : []
  })
}

export function isFencing(element: XmlElement): boolean {
  const resources = resourcesIn(element)
  return resources.length > 0 && resources.every(each => attribute(each, 'resource_agent').startsWith('stonith:'))
}

export function isOrphan(element: XmlElement): boolean {
  const resources = resourcesIn(element)
  return resources.length > 0 && resources.every(each => isTrue(each, 'orphaned'))
}

export function resourcesIn(element: XmlElement): readonly XmlElement[] {
  return element.name === 'resource' ? [element] : descendantsOf(element, 'resource')
}

function groupOf(
  element: XmlElement,
  kind: GroupKind,
  crmMon: CrmMon,
  hosts: ReadonlyMap<string, string>,
  bans: ReadonlyMap<string, readonly string[]>,
): GroupStatus {
  const name = attribute(element, 'id')
  // Each is up or down as a whole: the group itself, one instance of a clone, one replica of a bundle.
  const units = kind === 'clone' || kind === 'bundle' ? element.children : [element]
  const parts = units.map(unit => resourcesIn(unit).map(each => partOf(each, hosts)))
  const all = parts.flat()
  const running = new Set(all.flatMap(part => part.nodes))
  const nodes = crmMon.nodes.map(node => attribute(node, 'name')).filter(node => running.has(node))
  return {
    name,
    kind,
    node: nodes.length === 1 ? (nodes[0] ?? '') : '',
    nodes,
    state: stateOf(kind, parts),
    managed: attribute(element, 'managed') !== 'false' && all.every(part => part.managed),
    disabled: crmMon.stopAll || isTrue(element, 'disabled') || (all.length > 0 && all.every(part => !part.wanted)),
    members: merged(all),
    bannedFrom: bans.get(name) ?? [],
  }
}

/** One instance of a resource, guests replaced by the nodes that host them. */
export function partOf(element: XmlElement, hosts: ReadonlyMap<string, string>): Part {
  const role = attribute(element, 'role')
  const shown = childrenOf(element, 'node').map(node => attribute(node, 'name'))
  return {
    name: attribute(element, 'id'),
    agent: attribute(element, 'resource_agent'),
    role,
    nodes: shown.map(node => hosts.get(node) ?? node).filter(node => node !== ''),
    failed: isTrue(element, 'failed') && !isTrue(element, 'failure_ignored'),
    blocked: isTrue(element, 'blocked'),
    managed: isTrue(element, 'managed'),
    // Pacemaker 2 shows what is being done as the role, earlier ones beside it.
    pending: attribute(element, 'pending') || (/ing$/.test(role) ? role : ''),
    wanted: attribute(element, 'target_role') !== STOPPED,
  }
}

/** Instances of one resource in the same role become one member on several nodes; a stopped one only counts beside no other. */
function merged(parts: readonly Part[]): readonly Member[] {
  const members = new Map<string, Member>()
  for (const { wanted: _, ...part } of parts) {
    const key = JSON.stringify([part.name, part.role])
    const before = members.get(key)
    members.set(key, before ? together(before, part) : part)
  }
  const all = [...members.values()]
  return all.filter(
    member => member.role !== STOPPED || !all.some(other => other !== member && other.name === member.name),
  )
}

function together(one: Member, other: Member): Member {
  return {
    ...one,
    nodes: [...new Set([...one.nodes, ...other.nodes])],
    failed: one.failed || other.failed,
    blocked: one.blocked || other.blocked,
    managed: one.managed && other.managed,
    pending: one.pending || other.pending,
  }
}

/** Nodes that a constraint forbids, by group. crm_mon has evaluated the rules; a ban of one member bans its whole group. */
function bansOf(crmMon: CrmMon): ReadonlyMap<string, readonly string[]> {
  const bans = new Map<string, readonly string[]>()
  for (const ban of descendantsOf(crmMon.root, 'ban')) {
    if (Number(attribute(ban, 'weight')) > NEVER || isTrue(ban, 'promoted-only')) continue
    const group = crmMon.topLevelOf(attribute(ban, 'resource'))
    bans.set(group, [...new Set([...(bans.get(group) ?? []), attribute(ban, 'node')])])
  }
  return bans
}

/** -INFINITY as Pacemaker writes it in numbers. */
const NEVER = -1_000_000
