import type { ToolCall } from '../../stack-model.ts'
import type { Live } from '../engine/live.ts'
import type { Member, Picture } from '../picture/types.ts'
import type { Source } from './source.ts'

/** What one call of crm_resource is about. */
export interface ResourceCall {
  readonly call: ToolCall
  readonly live: Live
  readonly source: Source
  readonly picture: Picture
  readonly resource: string
  readonly node: string
  readonly values: Readonly<Record<string, string>>
}

/** The members of a group, or the one resource itself. */
export function membersOf(picture: Picture, resource: string): readonly Member[] {
  const group = picture.resources.find(top => top.id === resource)
  return group?.members ?? picture.resources.flatMap(top => top.members).filter(member => member.id === resource)
}

/** Nodes on which the first part of a resource is active: what Pacemaker takes as its place. */
export function placesOf(picture: Picture, resource: string): readonly string[] {
  return [...new Set(membersOf(picture, resource).flatMap(member => member.active.map(where => where.node)))]
}
