import { type Element, element } from '../../xml/element.ts'
import type { Member, Picture, Top } from '../picture/types.ts'
import { displayedRole, isBlocked, isFailed } from './member-line.ts'

export function resourcesXml(picture: Picture, inactive: boolean): Element[] {
  return picture.resources.flatMap(top => topXml(top, picture, inactive))
}

function topXml(top: Top, picture: Picture, inactive: boolean): Element[] {
  const shown = top.members.filter(member => inactive || member.active.length > 0)
  const members = shown.map(member => memberXml(member, picture))
  if (top.kind === 'primitive' || members.length === 0) return members
  const attributes = {
    id: top.id,
    number_resources: String(top.members.length),
    managed: String(top.managed),
    disabled: String(top.disabled),
  }
  return [element('group', attributes, members)]
}

function memberXml(member: Member, picture: Picture): Element {
  const attributes: Record<string, string> = {
    id: member.id,
    resource_agent: member.agent,
    role: displayedRole(member),
    ...(member.disabled ? { target_role: 'Stopped' } : {}),
    active: String(member.active.length > 0),
    orphaned: 'false',
    blocked: String(isBlocked(member)),
    managed: String(member.managed),
    failed: String(isFailed(member)),
    failure_ignored: 'false',
    nodes_running_on: String(member.active.length),
  }
  const nodes = member.active.map(({ node }) => {
    const known = picture.nodes.find(candidate => candidate.name === node)
    return element('node', { name: node, id: known?.id ?? '', cached: String(known?.online ?? false) })
  })
  return element('resource', attributes, nodes)
}
