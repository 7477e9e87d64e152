import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { continueChain, GENESIS } from '../../src/runs/chain.ts'
import type { Entry, RunEvent, StepOutcome } from '../../src/runs/events.ts'
import { apply, fold } from '../../src/runs/fold.ts'
import { wantedLeg } from '../../src/runs/legs.ts'
import type { RunState } from '../../src/runs/state.ts'
import { attest, speaker } from '../support/bench-parts.ts'
import {
  ASKED_AT,
  decided,
  finished,
  gateOpened,
  legStarted,
  planned,
  RUN,
  requested,
  stopRequested,
} from '../support/run-fixtures.ts'

const attestation = await attest('', ASKED_AT)
const said = (person: string) => ({ speaker: speaker(person), reason: 'seen it', attestation })
const first = await requested()
const stop = await stopRequested('cy')
const approval = await decided('bo', 'approve')
const denial = await decided('cy', 'deny')

/** What the desk, a worker or the recovery may write next, by where the run stands; the choice among them is the test's. */
function mayFollow(state: RunState): RunEvent[] {
  const anytime: RunEvent[] = [{ type: 'restored', entries: 3 }]
  const words: RunEvent[] = [stop, { type: 'take-over-asked', ...said('ana') }]
  if (state.phase === 'finished') return [...anytime, ...words, ...behindTheEnd(state)]
  if (state.phase === 'waiting') return [...anytime, ...words, ...atTheGate(state)]
  if (state.phase !== 'running') return [...anytime, ...words, ...often(legStarted(wantedLeg(state)))]
  return [...anytime, ...words, legStarted(wantedLeg(state)), ...onTheLeg(state)]
}

function behindTheEnd(state: RunState): RunEvent[] {
  const isUnknown = state.finished?.outcome === 'unknown'
  const words: RunEvent[] = [
    { type: 'resumed', ...said('ana') },
    { type: 'marked-done', step: 'move', ...said('bo') },
  ]
  const lease: RunEvent[] = state.lease && !state.lease.released ? [freed(state.lease.epoch)] : []
  return [...(isUnknown ? often(...words) : []), ...lease]
}

function atTheGate(state: RunState): RunEvent[] {
  const over = (result: 'denied' | 'expired' | 'cancelled'): RunEvent => ({
    type: 'gate-closed',
    gate: 'agree',
    result,
    reason: '',
  })
  const isAgreed = state.gates.at(-1)?.decisions.some(one => one.decision === 'approve')
  const passed: RunEvent = { type: 'gate-closed', gate: 'agree', result: 'approved', reason: '' }
  const agreed = isAgreed ? often(passed) : []
  return [...often(approval), denial, over('denied'), over('expired'), over('cancelled'), ...agreed]
}

function onTheLeg(state: RunState): RunEvent[] {
  if (!state.plan) return [...often(planned()), { type: 'refused', problems: [] }]
  const isApproved = state.gates.at(-1)?.result === 'approved'
  const check: RunEvent[] = [
    { type: 'step-started', step: 'settled', again: isApproved },
    stepFinished('settled', 'succeeded', isApproved),
  ]
  return [...check, finished(), ...(isApproved ? behindTheGate(state) : often(gateOpened()))]
}

function behindTheGate(state: RunState): RunEvent[] {
  const sent = state.steps['move']?.executions ?? []
  const isOpen = sent.some(one => one.outcome === undefined)
  const move: RunEvent[] = isOpen
    ? (['succeeded', 'failed', 'errored', 'unknown', 'cancelled'] as const).map(executionFinished)
    : sent.length === 0
      ? [executionStarted()]
      : [stepFinished('move', sent.at(-1)?.outcome ?? 'unknown', false)]
  const unknown: RunEvent = { ...finished(), outcome: 'unknown' } as RunEvent
  return [
    { type: 'lease-taken', cluster: 'pvfs', epoch: (state.lease?.epoch ?? 0) + 1 },
    { type: 'step-started', step: 'move', again: false },
    { type: 'step-progress', step: 'move', host: '', text: 'on its way' },
    { type: 'drifted', gate: 'agree', changes: ['server2 was on node3 and is now on node4'] },
    { type: 'undo-offered', step: 'move', command: 'migrate server2 to node3', hosts: [] },
    unknown,
    ...often(...move),
  ]
}

/** What gets a run on, so that most walks come far. */
function often(...events: readonly RunEvent[]): RunEvent[] {
  return Array.from({ length: 8 }, () => events).flat()
}

function freed(epoch: number): RunEvent {
  return { type: 'lease-released', cluster: 'pvfs', epoch }
}

function executionStarted(): RunEvent {
  return {
    type: 'execution-started',
    step: 'move',
    host: 'node1',
    attempt: 1,
    operation: `${RUN}-move-node1-1`,
    bundle: 'b',
    epoch: 1,
  }
}

function executionFinished(outcome: StepOutcome): RunEvent {
  const begun = outcome !== 'errored'
  return {
    type: 'execution-finished',
    step: 'move',
    host: 'node1',
    attempt: 1,
    outcome,
    exitCode: 0,
    reason: '',
    durationMs: 1,
    begun,
  }
}

function stepFinished(step: string, outcome: StepOutcome, again: boolean): RunEvent {
  return { type: 'step-finished', step, again, outcome, reason: '', durationMs: 1 }
}

interface Walked {
  readonly entries: readonly Entry[]
  /** The state behind each entry. */
  readonly states: readonly RunState[]
}

/** A run as these choices make it: each picks one of what may follow. */
function walk(choices: readonly number[]): Walked {
  const entries = continueChain({ run: RUN, number: 42, seq: 0, hash: GENESIS, at: 0 }, [first], ASKED_AT, 'bot@test')
  const states = [fold(entries)]
  for (const choice of choices) {
    const state = states.at(-1)
    if (!state) break
    const events = mayFollow(state)
    const event = events[choice % events.length]
    if (!event) break
    const head = { run: RUN, number: 42, seq: state.seq, hash: state.head, at: state.updatedAt }
    const [entry] = continueChain(head, [event], ASKED_AT + entries.length * 1000, 'worker@test')
    if (!entry) break
    entries.push(entry)
    states.push(apply(state, entry))
  }
  return { entries, states }
}

function hasWhatItsPhaseNeeds({ phase, gates, leg, finished: end, problems }: RunState): boolean {
  if (phase === 'waiting') return gates.length > 0
  if (phase === 'running') return leg > 0
  return phase !== 'finished' || end !== undefined || problems !== undefined
}

const walks = fc.array(fc.nat({ max: 10_000 }), { minLength: 15, maxLength: 50, size: 'max' }).map(walk)

describe('the walks of this test', () => {
  test('get behind the gate, to changes and to their ends', () => {
    const types = fc
      .sample(walks, { numRuns: 400, seed: 1 })
      .flatMap(({ entries }) => entries.map(({ event }) => event.type))
    for (const type of ['execution-finished', 'drifted', 'resumed', 'marked-done', 'lease-released'] as const)
      expect(types.filter(one => one === type).length, type).toBeGreaterThan(5)
  })
})

describe('whatever a desk, workers and a recovery write, in any order they may', () => {
  test('the fold takes it, and all of it at once leads where entry by entry does', () => {
    fc.assert(
      fc.property(walks, ({ entries, states }) => {
        expect(fold(entries)).toEqual(states.at(-1))
      }),
      { numRuns: 300 },
    )
  })

  test('a run that is over goes on only by a resume, or by marks that suffice', () => {
    fc.assert(
      fc.property(walks, ({ entries, states }) => {
        for (const [i, state] of states.entries()) {
          const before = states[i - 1]
          if (before?.phase !== 'finished' || state.phase === 'finished') continue
          expect(['resumed', 'marked-done']).toContain(entries[i]?.event.type)
          expect(before.finished?.outcome).toBe('unknown')
        }
      }),
      { numRuns: 800 },
    )
  })

  test('what was sent is never forgotten, and legs never run backwards', () => {
    fc.assert(
      fc.property(walks, ({ states }) => {
        for (const [i, state] of states.entries()) {
          const before = states[i - 1]
          if (!before) continue
          const kept = (state.steps['move']?.executions ?? []).map(one => one.operation)
          const sent = (before.steps['move']?.executions ?? []).filter(one => one.begun !== false)
          expect(kept).toEqual(expect.arrayContaining(sent.map(one => one.operation)))
          expect(state.passes).toBeGreaterThanOrEqual(before.passes)
          expect(state.seq).toBe(before.seq + 1)
        }
      }),
      { numRuns: 800 },
    )
  })

  test('a waiting run has a gate, a running one has begun a leg, a finished one says how', () => {
    fc.assert(
      fc.property(walks, ({ states }) => {
        for (const state of states) expect(hasWhatItsPhaseNeeds(state)).toBe(true)
      }),
      { numRuns: 400 },
    )
  })
})
