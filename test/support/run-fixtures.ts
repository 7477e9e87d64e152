import { continueChain, GENESIS } from '../../src/runs/chain.ts'
import type { Entry, RunEvent } from '../../src/runs/events.ts'
import { fold } from '../../src/runs/fold.ts'
import type { RunRecord } from '../../src/runs/state.ts'
import { attest, speaker } from './bench-parts.ts'
import { samplePlan, sampleStatus } from './sample-plan.ts'

export const RUN = '01JD0000000000000000000042'
export const ASKED_AT = Date.UTC(2026, 10, 21, 14, 2, 11)
const DIGEST = '8f3a12c077de'.padEnd(64, '0')

export async function requested(text = 'failover server2'): Promise<RunEvent> {
  const request = { text, runbook: 'failover', args: { group: 'server2' }, cluster: 'pvfs', overrides: [] }
  return { type: 'requested', request, speaker: speaker('ana'), attestation: await attest('', ASKED_AT) }
}

export function legStarted(leg = 1, worker = 'worker@test:1'): RunEvent {
  return { type: 'leg-started', leg, worker }
}

export function planned(): RunEvent {
  return { type: 'planned', plan: samplePlan(RUN), digest: DIGEST, status: sampleStatus() }
}

export function gateOpened(expiresAt = ASKED_AT + 900_000): RunEvent {
  return {
    type: 'gate-opened',
    gate: 'agree',
    digest: DIGEST,
    text: 'Move server2 from node3 to node5',
    count: 1,
    from: ['oncall'],
    confirm: '',
    expiresAt,
    token: '0'.repeat(32),
  }
}

export async function decided(person: string, decision: 'approve' | 'deny'): Promise<RunEvent> {
  const attestation = await attest('', ASKED_AT)
  return { type: 'decided', gate: 'agree', digest: DIGEST, decision, reason: '', speaker: speaker(person), attestation }
}

export async function stopRequested(person: string): Promise<RunEvent> {
  return { type: 'stop-requested', speaker: speaker(person), reason: '', attestation: await attest('', ASKED_AT) }
}

export function finished(): RunEvent {
  return { type: 'finished', outcome: 'succeeded', summary: 'server2 runs on node5', leftBehind: [], next: [] }
}

/** A record as these events, one a second, make it through the real chain and fold. */
export function recordOf(...events: readonly RunEvent[]): RunRecord {
  const entries: Entry[] = []
  for (const [i, event] of events.entries()) {
    const head = entries.at(-1) ?? { run: RUN, number: 42, seq: 0, hash: GENESIS, at: 0 }
    entries.push(...continueChain(head, [event], ASKED_AT + i * 1000, 'bot@test'))
  }
  return { entries, state: fold(entries) }
}
