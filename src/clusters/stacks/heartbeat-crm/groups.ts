import { bad, good, type Result } from '../../../problem.ts'
import type { GroupStatus, Member } from '../../status.ts'
import type { ReadingContext } from '../stack.ts'
import { attribute, childOf, descendantsOf, notUnderstood, type XmlElement } from '../xml.ts'
import { type Cib, metaOf } from './cib.ts'
import { type Location, locationsOf } from './constraints.ts'
import type { CrmMon, MonTop } from './crm-mon.ts'
import type { MonFailure, MonResource } from './crm-mon-lines.ts'

export interface GroupsRead {
  readonly groups: readonly GroupStatus[]
  /** Listed, and no longer configured. */
  readonly orphans: readonly MonResource[]
  /** The group that a resource belongs to; "" for fence devices and whatever is not configured. */
  readonly groupOf: (resource: string) => string
}

const CONTAINERS = ['group', 'clone', 'master_slave']

/**
 * Everything that moves as one: state from crm_mon, structure from the CIB. Where the two do not have the same parts the configuration changed
 * between the two questions: that is no reading.
 */
export function groupsOf(crmMon: CrmMon, cib: Cib, context: ReadingContext): Result<GroupsRead> {
  const resources = childOf(cib.configuration, 'resources')
  const configured =
    resources?.children.filter(each => each.name === 'primitive' || CONTAINERS.includes(each.name)) ?? []
  const shown = new Map(crmMon.resources.map(top => [top.name, top]))
  const groups: GroupStatus[] = []
  const groupOf = new Map<string, string>()
  for (const element of configured) {
    const top = shown.get(attribute(element, 'id'))
    if (!top || !isSameStructure(element, top)) return bad(apart(attribute(element, 'id'), context))
    if (isFencing(element)) continue
    const group = groupStatus(element, top, cib, crmMon.failures)
    groups.push(group)
    for (const member of [group.name, ...group.members.map(each => each.name)]) groupOf.set(member, group.name)
  }
  const known = new Set(configured.map(each => attribute(each, 'id')))
  const orphans = crmMon.resources.filter(top => !known.has(top.name)).flatMap(top => top.members)
  return good({ groups, orphans, groupOf: resource => groupOf.get(plain(resource)) ?? '' })
}

function apart(name: string, context: ReadingContext) {
  const because = `it does not list ${name} as the CIB has it; the configuration was changed between the two questions`
  return notUnderstood(`crm_mon's answer from ${context.node}`, because)
}

/** A clone's parts are instances, `evmsd:0`. */
export function plain(resource: string): string {
  return resource.replace(/:\d+$/, '')
}

function primitivesIn(element: XmlElement): readonly XmlElement[] {
  return element.name === 'primitive' ? [element] : descendantsOf(element, 'primitive')
}

function isSameStructure(element: XmlElement, top: MonTop): boolean {
  const wanted = primitivesIn(element).map(each => attribute(each, 'id'))
  const listed = [...new Set(top.members.map(each => plain(each.name)))]
  return wanted.length === listed.length && wanted.every(name => listed.includes(name))
}

function isFencing(element: XmlElement): boolean {
  const primitives = primitivesIn(element)
  return primitives.length > 0 && primitives.every(each => attribute(each, 'class') === 'stonith')
}

function groupStatus(element: XmlElement, top: MonTop, cib: Cib, failures: readonly MonFailure[]): GroupStatus {
  const name = attribute(element, 'id')
  const kind = element.name === 'primitive' ? 'resource' : element.name === 'group' ? 'group' : 'clone'
  const primitives = new Map(primitivesIn(element).map(each => [attribute(each, 'id'), each]))
  const members = top.members.map(each => memberOf(each, primitives.get(plain(each.name)), failures))
  const nodes = [...new Set(members.flatMap(member => member.nodes))]
  const locations = locationsOf(cib).filter(each => each.resource === name || primitives.has(each.resource))
  const prefers = preferred(locations)
  return {
    name,
    kind,
    node: nodes.length === 1 ? (nodes[0] ?? '') : '',
    nodes,
    state: stateOf(kind === 'clone', members),
    managed: members.every(member => member.managed),
    ...(prefers === '' ? {} : { prefers }),
    disabled: isStopped(element) || (members.length > 0 && [...primitives.values()].every(isStopped)),
    members,
    bannedFrom: [...new Set(locations.filter(each => each.score === Number.NEGATIVE_INFINITY).map(each => each.node))],
  }
}

function isStopped(element: XmlElement): boolean {
  return /^stopped$/i.test(metaOf(element, 'target_role'))
}

/** The highest score of the configuration itself: what a move left behind is not where the group belongs. */
function preferred(locations: readonly Location[]): string {
  const wanted = locations.filter(each => each.score > 0 && !each.id.startsWith('cli-'))
  return wanted.sort((a, b) => b.score - a.score)[0]?.node ?? ''
}

/** Where fencing is off, a stop that failed leaves the resource unmanaged and failed: nothing more is done with it (ha-stacks.md §1). */
function memberOf(shown: MonResource, primitive: XmlElement | undefined, failures: readonly MonFailure[]): Member {
  const wouldNotStop = failures.some(each => each.resource === shown.name && each.task === 'stop')
  const words = ['class', 'provider', 'type'].map(key => attribute(primitive, key)).filter(Boolean)
  return {
    name: shown.name,
    agent: words.join(':'),
    role: shown.role,
    nodes: shown.nodes,
    failed: shown.failed,
    blocked: shown.failed && !shown.managed && wouldNotStop,
    managed: shown.managed,
    // 2.1.3 does not show what is being done: the controller's state says that something is.
    pending: '',
  }
}

function stateOf(isClone: boolean, members: readonly Member[]): GroupStatus['state'] {
  const running = members.filter(member => member.nodes.length > 0)
  if (members.some(member => member.blocked)) return 'blocked'
  if (members.some(member => member.failed || member.nodes.length > 1)) return 'failed'
  if (running.length === 0) return 'stopped'
  if (isClone) return new Set(running.map(member => plain(member.name))).size > 0 ? 'started' : 'stopped'
  return running.length === members.length ? 'started' : 'partial'
}
