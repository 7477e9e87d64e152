import type { Problem } from '../problem.ts'
import { holdsCluster } from '../runs/holds-cluster.ts'
import type { RunState } from '../runs/state.ts'
import { isTakeOverWanted, takeOverVoices } from '../runs/take-over.ts'
import { clusterOf } from './may-speak.ts'

/** The run has ended, and nothing waits for a person. */
export function isOver(state: RunState): Problem {
  return {
    code: 'already-over',
    message: `#${state.number} is over already: ${state.finished ? state.finished.outcome : 'refused'}.`,
    next: `See /ha show ${state.number}.`,
  }
}

export function beingTaken(state: RunState): Problem {
  const names = takeOverVoices(state).map(said => said.speaker.name)
  return {
    code: 'taking-over',
    message: `${clusterOf(state)} is being taken from #${state.number}, as ${names.join(' and ')} want it.`,
    stillTrue: 'Nothing more of it begins.',
    next: 'Its card says when that is done.',
  }
}

/** What keeps a person's word about an unknown outcome from meaning anything: the run is over, goes on, or no longer has its cluster. */
export function notUnknown(state: RunState): Problem[] {
  if (isTakeOverWanted(state)) return [beingTaken(state)]
  if (state.phase !== 'finished') return [goesOn(state)]
  if (state.finished?.outcome !== 'unknown') return [isOver(state)]
  return holdsCluster(state) && state.stop?.afterEnd !== true ? [] : [letGo(state)]
}

function goesOn(state: RunState): Problem {
  const { number, phase } = state
  if (phase === 'waiting')
    return {
      code: 'not-unknown',
      message: `#${number} waits for approval: nothing of it is unknown.`,
      next: `To agree: /ha approve ${number}. To end it: /ha stop ${number}.`,
    }
  return {
    code: 'not-unknown',
    message: phase === 'running' ? `#${number} is still running.` : `#${number} is about to go on.`,
    stillTrue: 'Nothing was changed by your words.',
    next: `Its card says what it does. To end it: /ha stop ${number}.`,
  }
}

/** Others may have changed the cluster since: what this run began cannot be carried on. */
function letGo(state: RunState): Problem {
  const { number, stop, takenOver, request } = state
  const cluster = clusterOf(state)
  const how = stop?.afterEnd ? `, since ${stop.speaker.name} said stop` : takenOver ? ': it was taken from it' : ''
  return {
    code: 'lease-gone',
    message: `#${number} no longer holds ${cluster}${how}.`,
    stillTrue: `What came of #${number} stays unknown.`,
    next: `Look: /ha status on ${cluster}. Then ask again: /ha ${request.text}`,
  }
}
