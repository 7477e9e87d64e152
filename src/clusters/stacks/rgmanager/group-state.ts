import type { GroupStatus } from '../../status.ts'
import type { ClustatGroup } from './clustat.ts'

/** States of a service by their number (ha-stacks.md §7). The words differ between releases, the numbers do not. */
export const STATE = {
  stopped: 110,
  starting: 111,
  started: 112,
  stopping: 113,
  failed: 114,
  uninitialized: 115,
  checking: 116,
  recoverable: 117,
  recovering: 118,
  disabled: 119,
  migrating: 120,
} as const

const STATES: ReadonlyMap<number, GroupStatus['state']> = new Map([
  [STATE.stopped, 'stopped'],
  [STATE.starting, 'starting'],
  [STATE.started, 'started'],
  [STATE.stopping, 'stopping'],
  [STATE.failed, 'failed'],
  [STATE.uninitialized, 'stopped'],
  [STATE.checking, 'started'],
  [STATE.recoverable, 'failed'],
  [STATE.recovering, 'starting'],
  [STATE.disabled, 'stopped'],
  [STATE.migrating, 'stopping'],
])

/** One that is not known is `blocked`: nothing may be done to it. */
export function stateOf(group: ClustatGroup): GroupStatus['state'] {
  const state = STATES.get(group.state) ?? 'blocked'
  return state === 'started' && group.partial ? 'partial' : state
}

const UNDER_WAY: ReadonlySet<number> = new Set([
  STATE.starting,
  STATE.stopping,
  STATE.checking,
  STATE.recovering,
  STATE.migrating,
])

/** rgmanager is doing something to it. */
export function isUnderWay(group: ClustatGroup): boolean {
  return UNDER_WAY.has(group.state)
}

const HELD: ReadonlySet<number> = new Set([...UNDER_WAY, STATE.started])

/** The node that has it, or is about to; "" when it is down: the owner in parentheses is only the last one. */
export function holderOf(group: ClustatGroup): string {
  return HELD.has(group.state) ? group.owner : ''
}

const PENDING: ReadonlyMap<number, string> = new Map([
  [STATE.starting, 'Starting'],
  [STATE.stopping, 'Stopping'],
  [STATE.recovering, 'Recovering'],
  [STATE.migrating, 'Migrating'],
])

export function pendingOf(group: ClustatGroup): string {
  return PENDING.get(group.state) ?? ''
}
