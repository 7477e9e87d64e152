import { mayRun } from '../policy/access.ts'
import { personByName } from '../policy/people.ts'
import type { Problem } from '../problem.ts'
import { stopText } from '../runs/attested.ts'
import { closeGate } from '../runs/closing.ts'
import type { RunEvent } from '../runs/events.ts'
import type { RunRecord, RunState } from '../runs/state.ts'
import type { Answer, StopOrder } from './desk.ts'
import type { DeskParts } from './parts.ts'

const MOST_RACES = 10

/**
 * Takes a stop in. A waiting run ends at once; one under way is told to its worker; one that ended as unknown gives its cluster free,
 * because a person has looked.
 */
export async function takeStop(parts: DeskParts, order: StopOrder): Promise<Answer> {
  for (let race = 0; race < MOST_RACES; race++) {
    const record = await parts.journal.load(order.run)
    if (!record)
      return {
        kind: 'refused',
        problems: [{ code: 'unknown-run', message: 'There is no such run.', next: 'See /ha runs.' }],
      }
    const problems = [...forbidden(parts, order, record.state), ...pointless(record.state)]
    if (problems.length > 0) return { kind: 'refused', problems }

    const appended = await parts.journal.append(record, await stopEvents(parts, order, record), parts.by)
    if (appended.kind === 'unavailable') return { kind: 'refused', problems: [appended.problem] }
    if (appended.kind === 'appended') return { kind: 'decided', run: order.run, text: stoppedText(record.state) }
  }
  return {
    kind: 'refused',
    problems: [{ code: 'busy', message: 'The run kept changing; it was not stopped.', next: 'Try again.' }],
  }
}

async function stopEvents(parts: DeskParts, order: StopOrder, { state }: RunRecord): Promise<RunEvent[]> {
  const at = parts.now()
  const attestation = await order.attest(stopText(order.run, order.reason, order.speaker, at), at)
  const stop: RunEvent = { type: 'stop-requested', speaker: order.speaker, reason: order.reason, attestation }
  const closing = state.phase === 'waiting' ? closeGate(state, 'cancelled', `stopped by ${order.speaker.name}`) : []
  return [stop, ...closing]
}

/** Whoever asked may stop it, and whoever may run such a thing on that cluster. */
function forbidden(parts: DeskParts, order: StopOrder, state: RunState): readonly Problem[] {
  if (order.speaker.person !== '' && order.speaker.person === state.speaker.person) return []
  const cluster = state.plan?.cluster ?? state.request.cluster ?? ''
  const policy = parts.policies[cluster]
  const person = personByName(parts.directory, order.speaker.person)
  if (!policy || !person)
    return [
      { code: 'unknown-person', message: 'Only people of the configuration may stop a run.', stillTrue: 'It goes on.' },
    ]
  const risk = state.plan?.runbook.risk ?? 'disruptive'
  const allowed = mayRun({
    cluster,
    policy,
    directory: parts.directory,
    person,
    risk: risk === 'read' ? 'disruptive' : risk,
  })
  return allowed.ok ? [] : allowed.problems
}

function pointless(state: RunState): Problem[] {
  if (state.phase !== 'finished') return state.stop ? [already(state)] : []
  if (state.lease && !state.lease.released) return state.stop?.afterEnd ? [already(state)] : []
  const how = state.finished ? state.finished.outcome : 'refused'
  return [
    {
      code: 'already-over',
      message: `#${state.number} is over already: ${how}.`,
      next: `See /ha show ${state.number}.`,
    },
  ]
}

function already(state: RunState): Problem {
  return {
    code: 'already-stopping',
    message: `#${state.number} was already told to stop by ${state.stop?.speaker.name}.`,
    next: 'Its card says what it does.',
  }
}

function stoppedText(state: RunState): string {
  if (state.phase === 'waiting') return `#${state.number} is stopped. Nothing ran.`
  if (state.phase === 'finished') return `#${state.number} stays unknown; ${state.lease?.cluster} is free again.`
  return `#${state.number} was told to stop: no further step begins. Its card says when it has stopped.`
}
