import { type Element, element } from '../../xml/element.ts'
import { ctime, isoTime } from '../cib.ts'
import type { Member, Operation, Picture, PictureNode } from '../picture/types.ts'
import { rcText, statusText } from './rc-text.ts'

const NOT_RUNNING = 7

/** `<node_history>`: what each online node remembers of the operations it ran. */
export function historyXml(picture: Picture): Element {
  const members = picture.resources.flatMap(top => top.members)
  const nodes = picture.nodes
    .filter(node => node.online)
    .map(node =>
      element(
        'node',
        { name: node.name },
        members.flatMap(member => memberHistory(member, node)),
      ),
    )
  return element(
    'node_history',
    {},
    nodes.filter(node => node.children.length > 0),
  )
}

function memberHistory(member: Member, node: PictureNode): Element[] {
  const operations = (member.history[node.name] ?? []).filter(worthShowing)
  if (operations.length === 0) return []
  const failures = node.failCounts[member.id] ?? 0
  const last = node.lastFailures[member.id]
  const attributes = {
    id: member.id,
    orphan: 'false',
    'migration-threshold': '1000000',
    ...(failures > 0 ? { 'fail-count': String(failures) } : {}),
    ...(last ? { 'last-failure': ctime(last * 1000) } : {}),
  }
  return [element('resource_history', attributes, operations.map(operationXml))]
}

/** A probe that found nothing is not worth showing. */
function worthShowing(operation: Operation): boolean {
  const probe = operation.task === 'monitor' && operation.intervalMs === 0
  return !(probe && operation.rc === NOT_RUNNING)
}

function operationXml(operation: Operation): Element {
  const timed = operation.changedAt > 0
  return element('operation_history', {
    call: String(operation.callId),
    task: operation.task === 'monitor' && operation.intervalMs === 0 ? 'probe' : operation.task,
    rc: String(operation.rc),
    rc_text: rcText(operation.rc),
    ...(operation.intervalMs > 0 ? { interval: `${operation.intervalMs}ms` } : {}),
    ...(timed ? { 'last-rc-change': ctime(operation.changedAt * 1000) } : {}),
    ...(operation.execMs ? { 'exec-time': `${operation.execMs}ms` } : {}),
    ...(operation.queueMs ? { 'queue-time': `${operation.queueMs}ms` } : {}),
  })
}

export function failuresXml(picture: Picture): Element[] {
  if (picture.failures.length === 0) return []
  return [element('failures', {}, picture.failures.map(failureXml))]
}

function failureXml(failure: Operation): Element {
  return element('failure', {
    op_key: failure.key,
    node: failure.node,
    exitstatus: rcText(failure.rc),
    exitreason: failure.reason,
    exitcode: String(failure.rc),
    call: String(failure.callId),
    status: statusText(failure.opStatus),
    'last-rc-change': isoTime(failure.changedAt * 1000),
    queued: failure.queueMs,
    exec: failure.execMs,
    interval: String(failure.intervalMs),
    task: failure.task,
  })
}
