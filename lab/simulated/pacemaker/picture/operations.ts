import { attribute, child, childrenNamed, childWith, type Element } from '../../xml/element.ts'
import { section } from '../cib.ts'
import type { Active, Operation } from './types.ts'

export const OP_PENDING = -1

/** Every recorded operation of a resource on a node, oldest first, one still under way last. */
export function operationsOf(cib: Element, nodeId: string, node: string, resource: string): Operation[] {
  const state = childWith(section(cib, 'status'), 'node_state', 'id', nodeId)
  const resources = child(child(state, 'lrm'), 'lrm_resources')
  const operations = childrenNamed(childWith(resources, 'lrm_resource', 'id', resource), 'lrm_rsc_op')
  return operations.map(op => toOperation(op, node, resource)).sort((left, right) => age(left) - age(right))
}

function age(operation: Operation): number {
  return operation.callId < 0 ? Number.MAX_SAFE_INTEGER : operation.callId
}

function toOperation(op: Element, node: string, resource: string): Operation {
  return {
    resource,
    node,
    key: attribute(op, 'operation_key'),
    task: attribute(op, 'operation'),
    intervalMs: Number(attribute(op, 'interval')),
    callId: Number(attribute(op, 'call-id')),
    rc: Number(attribute(op, 'rc-code')),
    expectedRc: Number(attribute(op, 'transition-key').split(':')[2] ?? '0'),
    opStatus: Number(attribute(op, 'op-status')),
    reason: attribute(op, 'exit-reason'),
    changedAt: Number(attribute(op, 'last-rc-change') || '0'),
    execMs: attribute(op, 'exec-time'),
    queueMs: attribute(op, 'queue-time'),
  }
}

export function hasFailed(operation: Operation): boolean {
  return operation.opStatus !== OP_PENDING && operation.rc !== operation.expectedRc
}

/** Whether the resource is active on the node after those operations; undefined when it is not. */
export function activity(operations: readonly Operation[], node: string, canFence: boolean): Active | undefined {
  let active: Active | undefined
  for (const operation of operations) active = after(active, operation, node, canFence)
  return active
}

const NOT_RUNNING = 7

function after(before: Active | undefined, operation: Operation, node: string, canFence: boolean): Active | undefined {
  const running: Active = { node, failed: false, blocked: false, pending: '' }
  if (operation.opStatus === OP_PENDING) return underWay(before, operation, running)
  if (hasFailed(operation)) {
    if (operation.task === 'monitor' && operation.rc === NOT_RUNNING) return { ...running, failed: true }
    return { ...running, failed: true, blocked: operation.task === 'stop' && !canFence }
  }
  if (operation.task === 'start') return running
  if (operation.task === 'stop') return undefined
  if (operation.rc === NOT_RUNNING) return undefined
  // A recurring monitor that succeeded before a failure says nothing about what came after it.
  return before ?? running
}

function underWay(before: Active | undefined, operation: Operation, running: Active): Active | undefined {
  if (operation.task === 'start') return { ...running, pending: 'start' }
  return operation.task === 'stop' && before ? { ...before, pending: 'stop' } : before
}
