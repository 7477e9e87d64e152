import type { GroupKind, GroupStatus } from '../../status.ts'
import type { Part } from './part.ts'

/**
 * The state of a group from its units, each a list of resources that stand and fall together. What hinders comes first: an
 * operator must see `blocked` although another member is starting.
 * How many instances of a clone should run depends on constraints that crm_mon does not show: one whole instance is enough for
 * `started`, half an instance never is.
 */
export function stateOf(kind: GroupKind, units: readonly (readonly Part[])[]): GroupStatus['state'] {
  const parts = units.flat()
  if (parts.some(part => part.blocked)) return 'blocked'
  if (parts.some(part => part.failed || isActiveTwice(part))) return 'failed'
  if (parts.some(part => /^(?:Stopping|Demoting|Migrating)$/.test(part.pending))) return 'stopping'
  if (parts.some(part => /^(?:Starting|Promoting)$/.test(part.pending))) return 'starting'
  return steadyState(kind, units.map(levelOf))
}

/** One instance shown on two nodes at once; an instance never runs on more than one, be it of a clone or not. */
export function isActiveTwice(part: Pick<Part, 'nodes' | 'pending'>): boolean {
  return part.nodes.length > 1 && part.pending !== 'Migrating'
}

type Level = 'up' | 'half' | 'down'

function levelOf(unit: readonly Part[]): Level {
  const wanted = unit.filter(part => part.wanted)
  const running = unit.filter(isRunning)
  if (running.length === 0) return 'down'
  return wanted.every(isRunning) ? 'up' : 'half'
}

function isRunning(part: Part): boolean {
  return part.role !== 'Stopped' && part.nodes.length > 0
}

function steadyState(kind: GroupKind, levels: readonly Level[]): GroupStatus['state'] {
  if (levels.every(level => level === 'down')) return 'stopped'
  if (levels.includes('half')) return 'partial'
  return kind === 'clone' || levels.every(level => level === 'up') ? 'started' : 'partial'
}
