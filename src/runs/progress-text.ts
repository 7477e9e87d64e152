import type { ClusterStatus, GroupStatus, Member } from '../clusters/status.ts'
import type { InputValue } from '../runbooks/schema.ts'

/** How far the cluster is with what a step is about: `address node5 · filesystem node5 · daemon starting`. */
export function progressText(subject: Readonly<Record<string, InputValue>>, status: ClusterStatus): string {
  const group = status.groups[String(subject['group'] ?? '')]
  const node = status.nodes[String(subject['node'] ?? '')]
  if (group) return group.members.map(member => memberText(group, member)).join(' · ')
  if (node) return `${node.name} ${node.state}${node.groups.length > 0 ? `, still runs ${node.groups.join(', ')}` : ''}`
  return status.settled ? 'settled' : status.unsettledBecause.join(' · ')
}

function memberText(group: GroupStatus, member: Member): string {
  const name = member.name.startsWith(`${group.name}_`) ? member.name.slice(group.name.length + 1) : member.name
  if (member.failed) return `${name} failed`
  const place = member.nodes.join(', ')
  if (member.pending) return `${name} ${member.pending.toLowerCase()}${place ? ` on ${place}` : ''}`
  return `${name} ${place || member.role.toLowerCase()}`
}
