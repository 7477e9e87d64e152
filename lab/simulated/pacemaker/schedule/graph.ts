import type { Picture } from '../picture/types.ts'
import { type Action, action } from './action.ts'
import type { Change, Changes } from './changes.ts'
import { monitorActions, pendingStarts, probeActions } from './monitors.ts'

/** The actions of a transition, in the order in which Pacemaker lists them in its graph. */
export function graphOf(picture: Picture, changes: Changes): Action[] {
  const fences = changes.fences.map(fence => action('fence', fence.node, fence.node))
  const probes = probeActions(picture)
  const tops = picture.resources.flatMap(top => {
    const all = changes.changes.filter(change => change.top === top)
    const mine = all.filter(change => !change.blocked)
    const ours = probes.filter(probe => top.members.some(member => member.id === probe.subject))
    const moves = mine.length < all.length ? stuckActions(all, fences) : topActions(mine, fences, ours)
    const rest = ours.filter(probe => !moves.includes(probe))
    return [...moves, ...rest, ...pendingStarts(top, changes), ...monitorActions(picture, top, changes)]
  })
  return [...tops, ...fences]
}

/** Of a group that cannot be stopped as a whole: what can be stopped is, and nothing comes after it. */
function stuckActions(changes: readonly Change[], fences: readonly Action[]): Action[] {
  const [first] = changes
  const group = first?.top.kind === 'group' ? milestones(first.top.id) : undefined
  const stops = changes.filter(change => !change.blocked).flatMap(change => memberActions(change, fences, []).stops)
  for (const stop of stops) if (group) stop.needs.push(group.stop)
  return group ? [group.stop, group.start, ...stops] : stops
}

interface Milestones {
  readonly stop: Action
  readonly stopped: Action
  readonly start: Action
  readonly running: Action
}

function topActions(changes: readonly Change[], fences: readonly Action[], probes: readonly Action[]): Action[] {
  const [first] = changes
  if (!first) return []
  const group = first.top.kind === 'group' ? milestones(first.top.id) : undefined
  const parts = changes.map(change => memberActions(change, fences, probes))
  chain(parts.map(part => part.stops).reverse())
  chain(parts.map(part => part.starts))
  const stops = parts.flatMap(part => part.stops)
  const starts = parts.flatMap(part => part.starts)
  for (const start of starts) start.needs.push(...stops)
  const perMember = parts.flatMap(part => part.all)
  return group ? [...aroundGroup(group, stops, starts), ...perMember] : perMember
}

function milestones(id: string): Milestones {
  const pseudo = (name: string) => action('pseudo', id, '', { label: `${id}_${name}_0` })
  return { stop: pseudo('stop'), stopped: pseudo('stopped'), start: pseudo('start'), running: pseudo('running') }
}

/** Hangs the members' actions between the group's own four milestones. */
function aroundGroup(group: Milestones, stops: readonly Action[], starts: readonly Action[]): Action[] {
  for (const stop of stops) stop.needs.push(group.stop)
  group.stop.needs.push(...stops.flatMap(stop => stop.needs.filter(need => need.kind === 'fence')))
  group.stopped.needs.push(group.stop, ...stops)
  if (stops.length > 0) group.start.needs.push(group.stopped)
  for (const start of starts) start.needs.push(group.start)
  group.running.needs.push(group.start, ...starts)
  return [
    ...(stops.length > 0 ? [group.stop, group.stopped] : []),
    ...(starts.length > 0 ? [group.start, group.running] : []),
  ]
}

interface MemberActions {
  readonly stops: Action[]
  readonly starts: Action[]
  /** All of them, as Pacemaker lists them: a restart's monitors come after its start, others before. */
  readonly all: Action[]
}

function memberActions(change: Change, fences: readonly Action[], probes: readonly Action[]): MemberActions {
  const { member } = change
  const stops = change.from.toReversed().map(node => {
    const fence = fences.find(candidate => candidate.node === node)
    // A fence device's stop waits for nothing: it may be needed for the very fencing.
    const waits = fence && !member.agent.startsWith('stonith:')
    return action('stop', member.id, node, { implied: fence !== undefined, needs: waits ? [fence] : [] })
  })
  if (change.to === '') return { stops, starts: [], all: stops }
  const known = probes.filter(probe => probe.subject === member.id)
  const start = action('start', member.id, change.to, { needs: [...stops, ...known] })
  const monitors = member.monitors.map(({ intervalMs }) =>
    action('monitor', member.id, change.to, { intervalMs, needs: [start] }),
  )
  const inPlace = change.from.includes(change.to)
  const all = inPlace ? [...stops, start, ...monitors] : [...monitors, start, ...stops, ...known]
  return { stops, starts: [start], all }
}

/** Each batch needs the one before it; empty batches are skipped. */
function chain(batches: readonly (readonly Action[])[]): void {
  let before: readonly Action[] = []
  for (const batch of batches.filter(candidate => candidate.length > 0)) {
    for (const next of batch) next.needs.push(...before)
    before = batch
  }
}
