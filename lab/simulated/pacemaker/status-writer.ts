import { attribute, child, childWith, type Element, element, ensureChild, removeChild } from '../xml/element.ts'
import { deleteNvpair, digest, FEATURE_SET, nvpairs, section, setNvpair, statusChanged } from './cib.ts'
import type { Member, Picture } from './picture/types.ts'

const UUID = '7b1f6a52-0f0e-4d55-9a51-2c8f0c1d3e01'
export const PENDING_RC = 193
const TIMED_OUT = 2

/** One result to be written into the status section. */
export interface OperationResult {
  readonly member: Member
  readonly node: string
  readonly task: 'start' | 'stop' | 'monitor'
  readonly intervalMs: number
  /** 193 while it is under way. */
  readonly rc: number
  /** What the transition expected, normally 0; 7 for a probe. */
  readonly expectedRc: number
  readonly callId: number
  readonly at: number
  readonly execMs: number
  readonly reason: string
  /** It did not end within its limit: nobody knows what came of it. */
  readonly timedOut?: boolean
}

/** Writes an `lrm_rsc_op` as the controller does: `_last_0` for single operations, one per interval for monitors, `_last_failure_0` besides. */
export function recordOperation(cib: Element, result: OperationResult): void {
  const resource = resourceHistory(cib, result)
  const { member, intervalMs } = result
  const id = intervalMs > 0 ? `${member.id}_monitor_${intervalMs}` : `${member.id}_last_0`
  const pending = result.rc === PENDING_RC
  const failed = !pending && result.rc !== result.expectedRc
  if (failed) {
    put(resource, operationElement(`${member.id}_last_failure_0`, result))
    // A recurring monitor that failed is known by its failure alone.
    if (intervalMs > 0) dropChild(resource, id)
    else put(resource, operationElement(id, result))
  } else {
    put(resource, operationElement(id, result))
  }
  if (!pending && result.task !== 'monitor' && !failed) dropMonitors(resource)
  statusChanged(cib)
}

function put(resource: Element, op: Element): void {
  dropChild(resource, attribute(op, 'id'))
  resource.children.push(op)
}

function dropChild(resource: Element, id: string): void {
  resource.children = resource.children.filter(entry => attribute(entry, 'id') !== id)
}

/** A failure stays on record until it is cleaned up. */
function dropMonitors(resource: Element): void {
  const stays = (entry: Element) => attribute(entry, 'id').endsWith('_last_failure_0')
  resource.children = resource.children.filter(entry => Number(attribute(entry, 'interval')) === 0 || stays(entry))
}

export function cancelMonitor(cib: Element, member: Member, node: string, intervalMs: number): void {
  const found = childWith(lrmResources(cib, node), 'lrm_resource', 'id', member.id)
  if (found) dropChild(found, `${member.id}_monitor_${intervalMs}`)
  statusChanged(cib)
}

function operationElement(id: string, result: OperationResult): Element {
  const { member, task, intervalMs, rc, expectedRc } = result
  const pending = rc === PENDING_RC
  const key = `${result.callId}:1:${expectedRc}:${UUID}`
  const opStatus = pending ? -1 : result.timedOut ? TIMED_OUT : 0
  return element('lrm_rsc_op', {
    id,
    operation_key: `${member.id}_${task}_${intervalMs}`,
    operation: task,
    'crm-debug-origin': 'do_update_resource',
    crm_feature_set: FEATURE_SET,
    'transition-key': key,
    'transition-magic': `${opStatus}:${rc};${key}`,
    'exit-reason': result.reason,
    on_node: result.node,
    'call-id': String(pending ? -1 : result.callId),
    'rc-code': String(rc),
    'op-status': String(opStatus),
    interval: String(intervalMs),
    'last-rc-change': String(Math.floor(result.at / 1000)),
    'exec-time': String(result.execMs),
    'queue-time': '0',
    'op-digest': operationDigest(member, intervalMs),
  })
}

/** Pacemaker restarts what was started with other parameters than those configured now; this is how it knows. */
function operationDigest(member: Member, intervalMs: number): string {
  const monitor = member.monitors.find(candidate => candidate.intervalMs === intervalMs)
  const timeout = monitor ? { CRM_meta_timeout: String(monitor.timeoutMs) } : {}
  const all = Object.entries({ ...timeout, ...member.parameters }).sort(([left], [right]) => (left < right ? -1 : 1))
  return digest(element('parameters', Object.fromEntries(all)))
}

function resourceHistory(cib: Element, result: OperationResult): Element {
  const resources = lrmResources(cib, result.node)
  const found = childWith(resources, 'lrm_resource', 'id', result.member.id)
  if (found) return found
  const [standard = '', ...rest] = result.member.agent.split(':')
  const type = rest.at(-1) ?? ''
  const provider: Record<string, string> = rest.length > 1 ? { provider: rest[0] ?? '' } : {}
  const made = element('lrm_resource', { id: result.member.id, class: standard, ...provider, type })
  resources.children.push(made)
  return made
}

export function nodeState(cib: Element, node: string): Element {
  const status = section(cib, 'status')
  const found = childWith(status, 'node_state', 'uname', node)
  if (found) return found
  const id = attribute(childWith(section(cib, 'nodes'), 'node', 'uname', node) ?? element('node'), 'id')
  const made = element('node_state', { id, uname: node })
  status.children.push(made)
  return made
}

function lrmResources(cib: Element, node: string): Element {
  const state = nodeState(cib, node)
  const lrm = ensureChild(state, 'lrm', { id: attribute(state, 'id') })
  return ensureChild(lrm, 'lrm_resources')
}

/** What the controller writes about a peer. */
export type Membership = 'member' | 'joining' | 'lost' | 'down'

const MEMBERSHIP: Readonly<Record<Membership, Record<string, string>>> = {
  member: {
    in_ccm: 'true',
    crmd: 'online',
    'crm-debug-origin': 'do_state_transition',
    join: 'member',
    expected: 'member',
  },
  joining: {
    in_ccm: 'true',
    crmd: 'online',
    'crm-debug-origin': 'peer_update_callback',
    join: 'down',
    expected: 'down',
  },
  lost: {
    in_ccm: 'false',
    crmd: 'offline',
    'crm-debug-origin': 'peer_update_callback',
    join: 'down',
    expected: 'member',
  },
  down: { in_ccm: 'false', crmd: 'offline', 'crm-debug-origin': 'send_stonith_update', join: 'down', expected: 'down' },
}

export function setMembership(cib: Element, node: string, membership: Membership): void {
  const state = nodeState(cib, node)
  Object.assign(state.attributes, MEMBERSHIP[membership])
  if (membership === 'member' || membership === 'joining') setTransient(cib, node, '#feature-set', FEATURE_SET)
  statusChanged(cib)
}

/** A node that was fenced, or begins anew, has no history and no transient attributes. */
export function forgetNode(cib: Element, node: string): void {
  nodeState(cib, node).children = []
  statusChanged(cib)
}

export function setTransient(cib: Element, node: string, name: string, value: string): void {
  const state = nodeState(cib, node)
  const id = attribute(state, 'id')
  const attributes = ensureChild(state, 'transient_attributes', { id })
  setNvpair(attributes, 'instance_attributes', `status-${id}`, name, value)
  statusChanged(cib)
}

export function transient(cib: Element, node: string): Record<string, string> {
  return nvpairs(child(nodeState(cib, node), 'transient_attributes'), 'instance_attributes')
}

export function deleteTransient(cib: Element, node: string, name: string): void {
  deleteNvpair(child(nodeState(cib, node), 'transient_attributes'), 'instance_attributes', name)
  statusChanged(cib)
}

/** Forgets what a node knows of a resource: the next transition probes it again. */
export function forgetResource(cib: Element, node: string, resource: string): void {
  const resources = lrmResources(cib, node)
  const found = childWith(resources, 'lrm_resource', 'id', resource)
  if (found) removeChild(resources, found)
  statusChanged(cib)
}

/** A member by its id, wherever it is. */
export function memberOf(picture: Picture, id: string): Member | undefined {
  return picture.resources.flatMap(top => top.members).find(member => member.id === id)
}
