import type { Member, Picture, PictureNode, Top } from '../picture/types.ts'
import { addScores, INFINITY_SCORE } from '../score.ts'

/** Score of each node, by name, in the order of the configuration. */
export type Scores = Record<string, number>

export interface Assignment {
  /** Node by member id; "" for a member that should not run. */
  readonly nodes: Readonly<Record<string, string>>
  /** The scores that decided, as `crm_simulate -s` lists them. */
  readonly scores: readonly { readonly step: string; readonly resource: string; readonly scores: Scores }[]
}

interface Work {
  readonly picture: Picture
  readonly load: Record<string, number>
  readonly nodes: Record<string, string>
  readonly scores: { step: string; resource: string; scores: Scores }[]
}

/** Where everything should run, by the rules of Pacemaker 2.1.5 for groups and primitives (lib/pacemaker/pcmk_sched_{group,primitive}.c). */
export function assign(picture: Picture): Assignment {
  const work: Work = { picture, load: {}, nodes: {}, scores: [] }
  for (const top of picture.resources) assignTop(top, work)
  return { nodes: work.nodes, scores: work.scores }
}

function assignTop(top: Top, work: Work): void {
  const initial = top.members.map(member => memberScores(member, top, work.picture))
  if (top.kind === 'group') noteGroup(top, initial, work)
  let chosen: string | undefined
  top.members.forEach((member, index) => {
    const scores =
      chosen === undefined ? withFollowers(initial.slice(index), work.picture) : onlyOn(chosen, initial.slice(index))
    const usable = narrowed(scores, work.picture)
    work.scores.push({
      step: 'pcmk__primitive_assign',
      resource: member.id,
      scores: noted(top, member, usable, scores),
    })
    chosen = staying(member) ?? choose(member, usable, work)
    work.nodes[member.id] = chosen
    if (chosen !== '') work.load[chosen] = (work.load[chosen] ?? 0) + 1
  })
}

/** What `crm_simulate -s` prints: a single resource with the scores of nodes that cannot have it, too. */
function noted(top: Top, member: Member, usable: Scores, scores: Scores): Scores {
  if (member.disabled) return onlyOn('', [scores])
  return top.kind === 'group' ? usable : scores
}

function noteGroup(top: Top, initial: readonly Scores[], work: Work): void {
  const step = 'pcmk__group_assign'
  const own = Object.fromEntries(
    work.picture.nodes.map(node => [node.name, locationScore(work.picture, top.id, node.name)]),
  )
  work.scores.push({ step, resource: top.id, scores: own })
  top.members.forEach((member, index) => {
    work.scores.push({ step, resource: member.id, scores: initial[index] ?? {} })
  })
}

/** Location constraints, stickiness and fail counts of one member; a group's constraints count for its first member. */
function memberScores(member: Member, top: Top, picture: Picture): Scores {
  const first = top.members[0] === member
  const entries = picture.nodes.map((node): [string, number] => {
    const sticky = isOnlyOn(member, node.name) ? stickiness(member) : 0
    const own = top.kind === 'group' || !first ? locationScore(picture, member.id, node.name) : 0
    const shared = first ? locationScore(picture, top.id, node.name) : 0
    const failed = (node.failCounts[member.id] ?? 0) >= INFINITY_SCORE ? -INFINITY_SCORE : 0
    return [node.name, [own, shared, failed].reduce(addScores, sticky)]
  })
  return Object.fromEntries(entries)
}

/** What is active on several nodes holds on to none of them. */
function isOnlyOn(member: Member, node: string): boolean {
  return member.active.length === 1 && member.active[0]?.node === node
}

/** What is not managed must not move at all. */
function stickiness(member: Member): number {
  return member.managed ? member.stickiness : INFINITY_SCORE
}

function locationScore(picture: Picture, resource: string, node: string): number {
  const scores = picture.locations.filter(at => at.resource === resource && at.node === node).map(at => at.score)
  return scores.reduce(addScores, 0)
}

/** A member's scores with those of the members after it, which must run where it does; they are ignored if they leave no node. */
function withFollowers(scores: readonly Scores[], picture: Picture): Scores {
  const [own = {}] = scores
  const sum = Object.fromEntries(
    Object.keys(own).map(node => [node, scores.map(each => each[node] ?? 0).reduce(addScores, 0)]),
  )
  return picture.nodes.some(node => isUsable(node) && (sum[node.name] ?? 0) >= 0) ? sum : own
}

function onlyOn(node: string, scores: readonly Scores[]): Scores {
  const [own = {}] = scores
  const here = scores.map(each => each[node] ?? 0).reduce(addScores, 0)
  return Object.fromEntries(Object.keys(own).map(name => [name, name === node ? here : -INFINITY_SCORE]))
}

function narrowed(scores: Scores, picture: Picture): Scores {
  return Object.fromEntries(
    picture.nodes.map(node => [node.name, isUsable(node) ? (scores[node.name] ?? 0) : -INFINITY_SCORE]),
  )
}

/** Whether a node may be given resources. */
export function isUsable(node: PictureNode): boolean {
  return node.online && !node.standby && !node.pending && !node.unclean && !node.shutdown && !node.maintenance
}

/** Unmanaged and blocked members stay where they are. */
function staying(member: Member): string | undefined {
  return member.managed ? undefined : (member.active[0]?.node ?? '')
}

function choose(member: Member, scores: Scores, work: Work): string {
  const { picture, load } = work
  if (member.disabled || picture.options.stopAll || mayNotRun(picture)) return ''
  const candidates = picture.nodes.filter(node => isUsable(node) && (scores[node.name] ?? 0) >= 0)
  const current = new Set(member.active.map(where => where.node))
  const [best] = candidates.sort(
    (left, right) =>
      (scores[right.name] ?? 0) - (scores[left.name] ?? 0) ||
      (load[left.name] ?? 0) - (load[right.name] ?? 0) ||
      Number(current.has(right.name)) - Number(current.has(left.name)) ||
      left.name.localeCompare(right.name),
  )
  return best?.name ?? ''
}

function mayNotRun(picture: Picture): boolean {
  return !picture.quorate && picture.options.noQuorumPolicy === 'stop'
}
