import type { Problem } from '../problem.ts'
import { teamList, youAreIn } from './access.ts'
import type { GateDecision } from './gate.ts'

const NOT_COUNTED = 'Your decision was not counted.'

export function stranger(): Problem {
  return {
    code: 'unknown-person',
    message: 'Only people of the configuration may decide, and you are nobody that ha-bot knows.',
    stillTrue: NOT_COUNTED,
    next: 'Whoever runs ha-bot adds you to people and to a team in ha.yaml.',
  }
}

export function ownRequest(from: readonly string[]): Problem {
  return {
    code: 'own-request',
    message: `You asked for this; someone else of ${teamList(from)} must decide.`,
    stillTrue: NOT_COUNTED,
    next: 'To withdraw it, use stop.',
  }
}

export function notInTeam(from: readonly string[], mine: readonly string[]): Problem {
  return {
    code: 'not-in-team',
    message: `Only ${teamList(from)} may decide this. ${youAreIn(mine)}`,
    stillTrue: NOT_COUNTED,
    next: 'Ask one of them to look at it.',
  }
}

export function notInSlackGroup(from: readonly string[]): Problem {
  return {
    code: 'not-in-slack-group',
    message: `Only ${teamList(from)} may decide this, and its Slack user group does not have you in it now, or could not be read.`,
    stillTrue: NOT_COUNTED,
    next: 'Ask someone who is in the group, or join it and try again.',
  }
}

export function decidedBefore(earlier: GateDecision): Problem {
  return {
    code: 'decided-before',
    message: `You already ${pastOf(earlier.decision)} this at ${clock(earlier.at)}; a person decides once.`,
    stillTrue: 'Your first decision stands.',
    next: 'To end the run, use stop.',
  }
}

export function alreadyDecided(number: number, result: 'approved' | 'denied', last?: GateDecision): Problem {
  const by = last ? ` by ${last.speaker.name} at ${clock(last.at)}` : ''
  return { code: 'already-decided', message: `#${number} was already ${result}${by}.`, stillTrue: NOT_COUNTED }
}

export function expired(number: number, expiresAt: number): Problem {
  return {
    code: 'expired',
    message: `The question of #${number} expired at ${clock(expiresAt)}.`,
    stillTrue: 'Nothing ran.',
    next: 'Ask for it again: the new plan is made from what is true then.',
  }
}

export function closed(number: number, result: 'cancelled', at?: number): Problem {
  const when = at === undefined ? '' : ` at ${clock(at)}`
  return {
    code: 'gate-closed',
    message: `The question of #${number} is closed${when}: ${result}.`,
    stillTrue: NOT_COUNTED,
    next: 'Nothing more is needed from you.',
  }
}

/** What the plan rested on changed after somebody had agreed to it. */
export function voided(number: number, changed: string): Problem {
  return {
    code: 'plan-void',
    message: `That plan of #${number} is void: ${changed || 'what it rested on has changed'}.`,
    stillTrue: NOT_COUNTED,
    next: 'The card shows the new plan as soon as there is one; decide about that.',
  }
}

export function otherPlan(number: number): Problem {
  return {
    code: 'other-plan',
    message: `What you were shown is not the plan #${number} has now.`,
    stillTrue: NOT_COUNTED,
    next: `Look at #${number} again and decide about the plan it shows.`,
  }
}

export function wrongName(expected: string, typed: string): Problem {
  const what = typed.trim() === '' ? 'Nothing was typed' : `"${typed.trim()}" was typed`
  return {
    code: 'wrong-name',
    message: `${what}; to approve this, type ${expected} exactly.`,
    stillTrue: NOT_COUNTED,
    next: 'If that is not the node you mean, deny it.',
  }
}

function pastOf(decision: 'approve' | 'deny'): string {
  return decision === 'approve' ? 'approved' : 'denied'
}

/** `14:03:40 UTC`. */
function clock(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 19)} UTC`
}
