import { stateLine } from '../clusters/state-line.ts'
import type { ClusterStatus, Failure, NodeStatus } from '../clusters/status.ts'
import { columns } from './columns.ts'
import { printable } from './printable.ts'
import { readingLine } from './status-line.ts'

/** A cluster's status as a person reads it at a glance; `now` in ms says how old the reading is. */
export function statusText(status: ClusterStatus, now: number): string {
  const table = columns([['node', 'state', 'runs'], ...Object.values(status.nodes).map(nodeRow)])
  const lines = [
    `${status.cluster} · ${status.stack} · ${stateLine(status)}`,
    `${readingLine(status, now)}`,
    ...table.map(line => `  ${line}`),
    ...idle(status),
    ...status.failures.map(failure => `  ⚠ ${failureText(failure)}`),
    ...status.leftovers.map(
      leftover =>
        `  ⚠ constraint ${leftover.id}: ${leftover.group} ${leftover.kind === 'prefer' ? `is held to ${leftover.node}` : `is kept off ${leftover.node || 'a node'}`} until it is cleared`,
    ),
    ...status.fencing.pending.map(action => `  ⚠ fencing under way: ${action}`),
  ]
  return printable(lines.join('\n'))
}

function failureText(failure: Failure): string {
  const { reason, at } = failure
  return `${whatFailed(failure)}${reason ? `: ${reason}` : ''}${at ? ` (${at})` : ''}`
}

/** Most are operations of a resource; the others are findings about the cluster as a whole. */
function whatFailed({ task, resource, group, node }: Failure): string {
  switch (task) {
    case 'link':
      return `link ${resource} to ${node} is dead`
    case 'active-twice':
      return `${resource || group} runs on ${node}, and elsewhere too`
    case 'unserved':
      return `no node owns ${group || resource}`
    default:
      return `${resource || 'fencing'} ${task} failed on ${node}`
  }
}

function nodeRow(node: NodeStatus): string[] {
  return [node.name, `${node.state}${node.dc ? ' DC' : ''}`, node.groups.join(', ') || '—']
}

/** Groups that run nowhere, or not whole, would not be seen in a table by node. */
function idle(status: ClusterStatus): string[] {
  return Object.values(status.groups)
    .filter(group => group.state !== 'started')
    .map(
      group =>
        `  ⚠ ${group.name} is ${group.state}${group.nodes.length > 0 ? ` on ${group.nodes.join(', ')}` : ''}${group.disabled ? ' (disabled)' : ''}`,
    )
}
