import type { Member, Picture, Top } from '../picture/types.ts'
import { isBlocked } from '../show/member-line.ts'
import type { Assignment } from './placement.ts'

export type ChangeKind = 'Start' | 'Stop' | 'Move' | 'Recover' | 'Restart'

/** What a transition does to one member. */
export interface Change {
  readonly kind: ChangeKind
  readonly member: Member
  readonly top: Top
  readonly from: readonly string[]
  readonly to: string
  /** Text behind the nodes in the summary, or "". */
  readonly reason: string
  /** It would be done if it could. */
  readonly blocked: boolean
}

export interface Fence {
  readonly node: string
  readonly reason: string
}

export interface Changes {
  readonly fences: readonly Fence[]
  readonly changes: readonly Change[]
}

/** The difference between how it is and how it should be; what cannot be done is marked, not dropped. */
export function changesFor(picture: Picture, assignment: Assignment): Changes {
  const fences = fencesFor(picture)
  const changes = picture.resources.flatMap(top => topChanges(top, picture, assignment))
  return { fences, changes }
}

function fencesFor(picture: Picture): Fence[] {
  if (!canFence(picture)) return []
  return picture.nodes
    .filter(node => node.unclean)
    .map(node => ({ node: node.name, reason: node.fenceReason }))
    .reverse()
}

export function canFence(picture: Picture): boolean {
  return picture.quorate && picture.options.stonithEnabled && !picture.options.maintenance
}

function topChanges(top: Top, picture: Picture, assignment: Assignment): Change[] {
  const stuck = top.members.findIndex(isBlocked)
  if (stuck >= 0) return aroundBlocked(top, stuck)
  const found: Change[] = []
  for (const member of top.members) {
    const change = memberChange(member, top, found, picture, assignment)
    if (change) found.push(change)
  }
  return found
}

/** What stands on a member whose stop failed is stopped; what it stands on cannot be. */
function aroundBlocked(top: Top, stuck: number): Change[] {
  const name = top.members[stuck]?.id ?? ''
  return top.members.flatMap((member, index): Change[] => {
    if (index === stuck || member.active.length === 0) return []
    const blocked = index < stuck
    const reason = blocked ? `due to unrunnable ${name} stop (blocked)` : `due to required ${name} start`
    return [{ kind: 'Stop', member, top, from: member.active.map(where => where.node), to: '', reason, blocked }]
  })
}

function memberChange(
  member: Member,
  top: Top,
  before: readonly Change[],
  picture: Picture,
  assignment: Assignment,
): Change | undefined {
  if (!member.managed) return undefined
  const to = assignment.nodes[member.id] ?? ''
  const from = toBeStopped(member, picture)
  const wanted = plainKind(member, from, to)
  const earlier = before.find(change => change.to !== '' && !change.blocked)
  if (wanted === undefined) return from.length > 0 && earlier ? restarted(member, top, earlier, from, to) : undefined
  if (wanted === 'Start' && isFrozen(picture)) return undefined
  const stuck = mustStopWhereNobodyCan(from, picture)
  if (stuck) return { kind: 'Stop', member, top, from, to: '', reason: 'blocked', blocked: true }
  const reason = wanted === 'Stop' ? `due to ${stopReason(picture)}` : ''
  return { kind: wanted, member, top, from, to, reason, blocked: false }
}

/** A fence device that was already replaced elsewhere is not stopped on a node that is gone. */
function toBeStopped(member: Member, picture: Picture): string[] {
  const nodes = member.active.map(where => where.node)
  if (nodes.length < 2 || !member.agent.startsWith('stonith:')) return nodes
  return nodes.filter(name => picture.nodes.some(node => node.name === name && !node.unclean))
}

function plainKind(member: Member, from: readonly string[], to: string): ChangeKind | undefined {
  const failed = member.active.some(where => where.failed)
  if (from.length === 0) return to === '' ? undefined : 'Start'
  if (to === '') return 'Stop'
  if (failed) return 'Recover'
  if (from.length > 1) return from.includes(to) ? 'Restart' : 'Move'
  return from[0] === to ? undefined : 'Move'
}

function restarted(member: Member, top: Top, earlier: Change, from: readonly string[], to: string): Change {
  const reason = `due to required ${earlier.member.id} start`
  return { kind: 'Restart', member, top, from, to, reason, blocked: false }
}

function stopReason(picture: Picture): string {
  return !picture.quorate && picture.options.noQuorumPolicy === 'stop' ? 'no quorum' : 'node availability'
}

/** no-quorum-policy=freeze: what runs may go on, nothing is started. */
function isFrozen(picture: Picture): boolean {
  return !picture.quorate && picture.options.noQuorumPolicy === 'freeze'
}

/** A stop on a node that is not ready, or that would have to be fenced by a cluster that cannot. */
function mustStopWhereNobodyCan(from: readonly string[], picture: Picture): boolean {
  return from.some(name => {
    const node = picture.nodes.find(candidate => candidate.name === name)
    return node !== undefined && (node.pending || (node.unclean && !canFence(picture)))
  })
}
