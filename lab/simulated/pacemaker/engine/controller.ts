import type { Action } from '../schedule/action.ts'
import { transitionOf } from '../schedule/transition.ts'
import { DURATIONS } from './durations.ts'
import { announce, type Live, later, pictureOf } from './live.ts'
import { perform } from './operations.ts'

/** S_IDLE → S_POLICY_ENGINE → S_TRANSITION_ENGINE → S_IDLE (ha-stacks.md §9.17). */
export function startController(live: Live): void {
  live.wake = () => wake(live)
  live.stale = true
  live.wake()
}

function wake(live: Live): void {
  if (live.held || live.controller !== 'S_IDLE' || live.up.size === 0) return
  enter(live, 'S_POLICY_ENGINE')
  later(live, DURATIONS.policyMs, () => decide(live))
}

function decide(live: Live): void {
  live.stale = false
  live.transition += 1
  const { actions } = transitionOf(pictureOf(live))
  if (actions.length === 0) {
    finish(live)
    return
  }
  enter(live, 'S_TRANSITION_ENGINE')
  advance(live, live.transition, new Set(actions), new Set())
}

function enter(live: Live, state: Live['controller']): void {
  live.controller = state
  announce(live)
}

function finish(live: Live): void {
  enter(live, 'S_IDLE')
  if (live.stale) live.wake()
}

/** Starts whatever may start now. A transition that something overtook ends when what it began has ended. */
function advance(live: Live, transition: number, waiting: Set<Action>, done: Set<Action>): void {
  if (live.transition !== transition) return
  if (live.stale || live.held) {
    if (live.inFlight === 0) finish(live)
    return
  }
  const ready = [...waiting].filter(action => action.needs.every(need => done.has(need)))
  for (const action of ready) waiting.delete(action)
  for (const action of ready) {
    live.inFlight += 1
    perform(live, action, succeeded => {
      live.inFlight -= 1
      if (succeeded) done.add(action)
      else live.stale = true
      advance(live, transition, waiting, done)
    })
  }
  if (live.inFlight === 0 && ready.length === 0) finish(live)
}
