import type { Member, Picture, Top } from '../picture/types.ts'

/** Role as crm_mon names it: what is under way wins over what is reached. */
export function displayedRole(member: Member): string {
  if (member.active.length === 0) return 'Stopped'
  if (member.active.some(where => where.pending === 'start')) return 'Starting'
  return member.active.some(where => where.pending === 'stop') ? 'Stopping' : 'Started'
}

export function isFailed(member: Member): boolean {
  return member.active.some(where => where.failed)
}

export function isBlocked(member: Member): boolean {
  return member.active.some(where => where.blocked)
}

/** `server2_fs⇥(ocf:heartbeat:Filesystem):⇥ FAILED node3 (blocked)`; `withNode` false is how `crm_resource --list` prints it. */
export function memberLine(member: Member, picture: Picture, withNode = true): string {
  const role = isFailed(member) ? 'FAILED' : displayedRole(member)
  const flags = memberFlags(member, picture, withNode)
  const text = `${member.id}\t(${member.agent}):\t ${role}${withNode ? whereText(member) : ''}`
  return flags.length > 0 ? `${text} (${flags.join(', ')})` : text
}

function whereText(member: Member): string {
  const names = member.active.map(where => where.node)
  if (names.length === 0) return ''
  return names.length === 1 ? ` ${names[0]}` : ` [ ${names.join(' ')} ]`
}

function memberFlags(member: Member, picture: Picture, withNode: boolean): string[] {
  const nodes = picture.nodes.filter(node => member.active.some(where => where.node === node.name))
  const flags: string[] = []
  if (withNode && nodes.length > 0 && nodes.every(node => node.unclean && !node.online)) flags.push('UNCLEAN')
  if (member.disabled) flags.push('disabled')
  if (isBlocked(member)) flags.push('blocked')
  else if (!member.managed) flags.push('unmanaged')
  return flags
}

/** `Resource Group: server2 (disabled):`; `hidden` members are inactive and not listed. */
function groupHeading(top: Top, hidden: number): string {
  const members = hidden === 1 ? '1 member inactive' : `${hidden} members inactive`
  const flags = [hidden > 0 ? members : '', top.managed ? '' : 'unmanaged', top.disabled ? 'disabled' : ''].filter(
    Boolean,
  )
  return `Resource Group: ${top.id}${flags.length > 0 ? ` (${flags.join(', ')})` : ''}:`
}

/** The lines of one top-level resource; inactive members are left out unless `inactive` is wanted. */
export function topLines(top: Top, picture: Picture, inactive: boolean, withNode = true): string[] {
  const members = top.members.filter(member => inactive || member.active.length > 0)
  if (members.length === 0) return []
  if (top.kind === 'primitive') return members.map(member => `* ${memberLine(member, picture, withNode)}`)
  return [
    `* ${groupHeading(top, top.members.length - members.length)}`,
    ...members.map(member => `  * ${memberLine(member, picture, withNode)}`),
  ]
}
