import type { Member, Picture, Top } from '../picture/types.ts'
import { type Action, action } from './action.ts'
import type { Changes } from './changes.ts'

/** A node that has never said whether a resource runs there is asked first. */
export function probeActions(picture: Picture): Action[] {
  const askable = picture.nodes.filter(node => node.online && !node.pending && !node.unclean).reverse()
  return picture.resources
    .flatMap(top => top.members)
    .flatMap(member =>
      askable
        .filter(node => (member.history[node.name] ?? []).length === 0)
        .map(node => action('probe', member.id, node.name)),
    )
}

/** A start that has not reported yet is still owed, and its monitors after it. */
export function pendingStarts(top: Top, changes: Changes): Action[] {
  const settled = top.members.filter(member => !changes.changes.some(change => change.member === member))
  return settled.flatMap(member =>
    member.active
      .filter(where => where.pending === 'start')
      .flatMap(({ node }) => {
        const start = action('start', member.id, node)
        const monitors = member.monitors.map(({ intervalMs }) =>
          action('monitor', member.id, node, { intervalMs, needs: [start] }),
        )
        return [start, ...monitors]
      }),
  )
}

/** Recurring monitors to begin on members that stay where they are, or to cancel while nothing is managed. */
export function monitorActions(picture: Picture, top: Top, changes: Changes): Action[] {
  return top.members
    .filter(member => !changes.changes.some(change => change.member === member))
    .flatMap(member => member.active.flatMap(where => adjust(member, where.node, picture, where.pending !== '')))
}

function adjust(member: Member, node: string, picture: Picture, busy: boolean): Action[] {
  const usable = picture.nodes.some(candidate => candidate.name === node && candidate.online && !candidate.unclean)
  if (!usable || busy) return []
  const known = member.history[node] ?? []
  return member.monitors.flatMap(({ intervalMs }) => {
    const runs = known.some(operation => operation.intervalMs === intervalMs)
    if (member.managed === runs) return []
    if (member.managed) return [action('monitor', member.id, node, { intervalMs })]
    return picture.options.maintenance ? [action('cancel', member.id, node, { intervalMs })] : []
  })
}
