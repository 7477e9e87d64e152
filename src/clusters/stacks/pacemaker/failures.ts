import type { Failure, GroupStatus } from '../../status.ts'
import { attribute, childrenOf, decoded, descendantsOf, isTrue, type XmlElement } from '../xml.ts'
import { type Cib, valuesIn } from './cib.ts'
import type { CrmMon } from './crm-mon.ts'
import { failedFencings } from './fence-history.ts'
import { isActiveTwice } from './group-state.ts'
import { partOf, resourcesIn } from './groups.ts'

/**
 * Everything that went wrong and is still on record: failed actions, fail counts whose action is no longer shown, fencing that
 * failed and has not succeeded since, what runs twice, and what runs without being configured.
 */
export function failuresOfCluster(crmMon: CrmMon, cib: Cib, groups: readonly GroupStatus[]): readonly Failure[] {
  const names = new Set(groups.map(group => group.name))
  const groupOf: GroupOf = resource => (names.has(crmMon.topLevelOf(resource)) ? crmMon.topLevelOf(resource) : '')
  const resources = crmMon.resources.flatMap(resourcesIn)
  const actions = descendantsOf(crmMon.root, 'failure').map(failure => failedAction(failure, groupOf))
  return [
    ...actions,
    ...failCounts(cib, groupOf).filter(count => !actions.some(action => isSame(action, count))),
    ...failedFencings(descendantsOf(crmMon.root, 'fence_event')),
    ...resources.flatMap(resource => activeTwice(resource, groupOf)),
    ...resources.flatMap(orphans),
  ]
}

/** The group a resource belongs to; "" for fence devices and whatever is not configured. */
type GroupOf = (resource: string) => string

function isSame(action: Failure, count: Failure): boolean {
  return plain(action.resource) === plain(count.resource) && action.node === count.node
}

function plain(resource: string): string {
  return resource.replace(/:\d+$/, '')
}

function failedAction(failure: XmlElement, groupOf: GroupOf): Failure {
  // A key is `server0_daemon_start_0`; the resource's own name may contain all of these.
  const [, resource = attribute(failure, 'op_key'), task = attribute(failure, 'task')] =
    /^(.*)_(migrate_to|migrate_from|[a-z]+)_\d+$/s.exec(attribute(failure, 'op_key')) ?? []
  const status = attribute(failure, 'status')
  // Pacemaker 2.1 escapes the exit reason twice.
  const reason =
    decoded(attribute(failure, 'exitreason')) ||
    (status === 'complete' ? '' : status) ||
    attribute(failure, 'exitstatus')
  return {
    resource,
    group: groupOf(resource),
    node: attribute(failure, 'node'),
    task,
    reason,
    at: attribute(failure, 'last-rc-change'),
  }
}

/** `fail-count-server0_daemon#start_0` of Pacemaker 2, `fail-count-server0_daemon` of 1.1. */
function failCounts(cib: Cib, groupOf: GroupOf): readonly Failure[] {
  return childrenOf(cib.status, 'node_state').flatMap(state => {
    const transient = childrenOf(state, 'transient_attributes')[0]
    const values = valuesIn(transient, 'instance_attributes')
    return [...values].flatMap(([name, count]) => failCount(name, count, state, values, groupOf))
  })
}

function failCount(
  name: string,
  count: string,
  state: XmlElement,
  values: ReadonlyMap<string, string>,
  groupOf: GroupOf,
): Failure[] {
  const key = /^fail-count-(.+)$/s.exec(name)?.[1]
  if (key === undefined || count === '0') return []
  const [, resource = key, operation = ''] = /^(.*)#([a-z_]+)_\d+$/s.exec(key) ?? []
  const times = /^(?:INFINITY|1000000)$/.test(count)
    ? 'and may not run here until it is cleaned up'
    : `${count} time${count === '1' ? '' : 's'}`
  return [
    {
      resource,
      group: groupOf(resource),
      node: attribute(state, 'uname'),
      task: 'fail-count',
      reason: `${operation === '' ? 'it' : operation} failed ${times}`,
      at: instant(values.get(`last-failure-${key}`)),
    },
  ]
}

/** Seconds since 1970 as ISO 8601. */
function instant(seconds: string | undefined): string {
  return seconds !== undefined && /^\d{1,11}$/.test(seconds) ? new Date(Number(seconds) * 1000).toISOString() : ''
}

function activeTwice(resource: XmlElement, groupOf: GroupOf): Failure[] {
  const part = partOf(resource, NO_GUESTS)
  if (!isActiveTwice(part)) return []
  const reason = `it runs on ${part.nodes.join(' and ')} at the same time`
  return part.nodes.map(node => ({
    resource: part.name,
    group: groupOf(part.name),
    node,
    task: 'active-twice',
    reason,
    at: '',
  }))
}

const NO_GUESTS: ReadonlyMap<string, string> = new Map()

function orphans(resource: XmlElement): Failure[] {
  if (!isTrue(resource, 'orphaned')) return []
  return childrenOf(resource, 'node').map(node => ({
    resource: attribute(resource, 'id'),
    group: '',
    node: attribute(node, 'name'),
    task: 'orphan',
    reason: 'it runs but is no longer configured',
    at: '',
  }))
}
