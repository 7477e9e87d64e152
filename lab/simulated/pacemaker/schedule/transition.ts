import type { Picture } from '../picture/types.ts'
import type { Action } from './action.ts'
import { type Changes, changesFor } from './changes.ts'
import { graphOf } from './graph.ts'
import { type Assignment, assign } from './placement.ts'

/** What the scheduler makes of a picture. */
export interface Transition {
  readonly assignment: Assignment
  readonly changes: Changes
  readonly actions: readonly Action[]
}

export function transitionOf(picture: Picture): Transition {
  const assignment = assign(picture)
  const changes = changesFor(picture, assignment)
  return { assignment, changes, actions: graphOf(picture, changes) }
}

/** The actions in the order in which crm_simulate carries them out: pass after pass over the graph, whatever is ready. */
export function executionOrder(actions: readonly Action[]): Action[] {
  const done = new Set<Action>()
  for (let before = -1; before !== done.size; ) {
    before = done.size
    for (const next of actions) {
      if (!done.has(next) && next.needs.every(need => done.has(need))) done.add(next)
    }
  }
  return [...done]
}

export function actionText(action: Action, nameWidth: number): string {
  if (action.kind === 'pseudo') return `  * Pseudo action:   ${action.label}`
  if (action.kind === 'fence') return `  * Fencing ${action.node} (reboot)`
  if (action.implied) return `  * Pseudo action:   ${action.subject}_stop_0`
  const task = action.kind === 'probe' ? 'monitor' : action.kind
  const interval = action.intervalMs > 0 ? `=${action.intervalMs}` : ''
  return `  * Resource action: ${action.subject.padEnd(nameWidth)} ${task}${interval} on ${action.node}`
}
