import { hasChanged } from './changes.ts'
import type { Entry, RunEvent, RunEventOf } from './events.ts'
import { isOpenEnded, marksNeeded } from './marks.ts'
import type { GateState, RunState, Said, StepState } from './state.ts'

/** The state that a run's entries, in order, lead to. Needs at least the first entry. */
export function fold(entries: readonly Entry[]): RunState {
  const [first, ...rest] = entries
  if (!first) throw new Error('a run without entries has no state')
  return rest.reduce(apply, begin(first))
}

/** The state after one more entry. */
export function apply(state: RunState, entry: Entry): RunState {
  const moved = move(state, entry)
  return { ...moved, seq: entry.seq, head: entry.hash, updatedAt: entry.at }
}

function begin(entry: Entry): RunState {
  const event = entry.event
  if (event.type !== 'requested') throw new Error(`run ${entry.run} begins with ${event.type}`)
  return {
    run: entry.run,
    number: entry.number,
    seq: entry.seq,
    head: entry.hash,
    phase: 'requested',
    request: event.request,
    speaker: event.speaker,
    attestation: event.attestation,
    requestedAt: entry.at,
    updatedAt: entry.at,
    leg: 0,
    worker: '',
    problems: [],
    gates: [],
    steps: {},
    again: {},
    undo: [],
    resumes: [],
    marks: [],
    takeOver: [],
    restored: false,
    drift: [],
    attempts: {},
    passes: 0,
  }
}

function move(state: RunState, entry: Entry): RunState {
  const event = entry.event
  switch (event.type) {
    case 'requested':
      throw new Error(`run ${entry.run} is requested twice`)
    case 'leg-started':
      return { ...state, phase: 'running', leg: event.leg, worker: event.worker }
    case 'refused':
      return { ...state, phase: 'finished', problems: event.problems }
    case 'planned':
      return { ...state, plan: event.plan, digest: event.digest, status: event.status, plannedAt: entry.at }
    case 'gate-opened':
    case 'decided':
    case 'gate-closed':
      return moveGate(state, event, entry.at)
    case 'lease-taken':
      return { ...state, lease: { cluster: event.cluster, epoch: event.epoch, released: false } }
    case 'lease-released':
      return { ...state, lease: { cluster: event.cluster, epoch: event.epoch, released: true } }
    case 'step-started':
    case 'step-progress':
    case 'step-finished':
    case 'execution-started':
    case 'execution-finished':
      return moveStep(state, event, entry.at)
    case 'stop-requested': {
      const { type: _, ...order } = event
      const afterEnd = state.phase === 'finished'
      return state.stop && !afterEnd ? state : { ...state, stop: { ...order, at: entry.at, afterEnd } }
    }
    case 'undo-offered': {
      const { type: _, ...undo } = event
      return { ...state, undo: [...state.undo, undo] }
    }
    case 'drifted':
      return drifted(state, event.changes)
    case 'resumed':
      return reopened({ ...state, resumes: [...state.resumes, said(event, entry.at)] })
    case 'marked-done': {
      const marks = [...state.marks, { ...said(event, entry.at), step: event.step }]
      return markedDone({ ...state, marks }, event.step)
    }
    case 'take-over-asked':
      return { ...state, takeOver: [...state.takeOver, said(event, entry.at)] }
    case 'taken-over': {
      const { type: _, ...takenOver } = event
      return { ...state, takenOver, ...(state.lease && { lease: { ...state.lease, released: true } }) }
    }
    case 'restored':
      return { ...state, restored: true }
    case 'finished': {
      const { type: _, ...finished } = event
      return { ...state, phase: 'finished', finished: { ...finished, at: entry.at } }
    }
  }
}

function said({ speaker, reason, attestation }: Omit<Said, 'at'>, at: number): Said {
  return { speaker, reason, attestation, at }
}

/** Without changes everything after the request is planned anew; behind changes the plan stays and only the gate opens again. */
function drifted(state: RunState, changes: readonly string[]): RunState {
  const last = state.gates.at(-1)
  const gates = last
    ? [...state.gates.slice(0, -1), { ...last, result: 'void' as const, reason: changes.join('; ') }]
    : []
  if (hasChanged(state)) return { ...state, gates, drift: changes, again: {} }
  const { plan: _, digest: __, plannedAt: ___, status: ____, ...rest } = state
  return { ...rest, gates, drift: changes, attempts: attemptsOf(state), steps: {}, again: {} }
}

function attemptsOf({ steps, attempts }: RunState): Record<string, number> {
  const made = Object.values(steps).map(step => [step.id, step.executions.map(one => one.attempt)] as const)
  return { ...attempts, ...Object.fromEntries(made.map(([id, all]) => [id, Math.max(attempts[id] ?? 0, ...all)])) }
}

/** The run goes on from the step it could say nothing of; what was sent before is kept. */
function reopened(state: RunState): RunState {
  const { finished: _, stop: __, ...rest } = state
  const steps = Object.fromEntries(
    Object.entries(state.steps).map(([id, step]) => [id, isOpenEnded(step) ? withoutOutcome(step) : step]),
  )
  return {
    ...rest,
    steps,
    again: {},
    undo: [],
    phase: 'runnable',
    restored: false,
    takeOver: [],
    passes: state.passes + 1,
  }
}

function withoutOutcome({ outcome: _, ...step }: StepState): StepState {
  return { ...step, reason: '' }
}

function markedDone(state: RunState, id: string): RunState {
  const step = state.steps[id]
  const marks = state.marks.filter(mark => mark.step === id)
  const people = new Set(marks.map(mark => mark.speaker.person))
  if (!step || people.size < marksNeeded(state.plan, id)) return state
  const reason = `marked as done by ${marks.map(mark => mark.speaker.name).join(' and ')}: "${marks.at(-1)?.reason ?? ''}"`
  const executions = step.executions.map(one =>
    one.outcome === undefined || one.outcome === 'unknown'
      ? { ...one, outcome: 'succeeded' as const, reason, begun: true }
      : one,
  )
  return reopened({ ...state, steps: { ...state.steps, [id]: { ...step, outcome: 'succeeded', reason, executions } } })
}

type GateEvent = RunEventOf<'gate-opened'> | RunEventOf<'decided'> | RunEventOf<'gate-closed'>

function moveGate(state: RunState, event: GateEvent, at: number): RunState {
  if (event.type === 'gate-opened') {
    const { type: _, ...gate } = event
    return { ...state, phase: 'waiting', gates: [...state.gates, { ...gate, openedAt: at, decisions: [] }] }
  }
  const last = state.gates.at(-1)
  if (!last) throw new Error(`run ${state.run}: ${event.type} without a gate`)
  const gates = [...state.gates.slice(0, -1), changedGate(last, event, at)]
  if (event.type === 'decided') return { ...state, gates }
  if (event.result !== 'approved') return { ...state, gates }
  // A person who approves lets it go on, whatever Redis had forgotten before.
  return { ...state, gates, phase: 'runnable', drift: [], restored: false, passes: state.passes + 1 }
}

function changedGate(gate: GateState, event: Exclude<GateEvent, RunEventOf<'gate-opened'>>, at: number): GateState {
  if (event.type === 'gate-closed') return { ...gate, result: event.result, reason: event.reason, closedAt: at }
  const { decision, speaker, reason, digest, attestation } = event
  return { ...gate, decisions: [...gate.decisions, { decision, speaker, reason, digest, attestation, at }] }
}

type StepEvent = Exclude<Extract<RunEvent, { step: string }>, RunEventOf<'undo-offered'> | RunEventOf<'marked-done'>>

function moveStep(state: RunState, event: StepEvent, at: number): RunState {
  const book = 'again' in event && event.again ? 'again' : 'steps'
  const before = state[book][event.step] ?? begun(event.step, at)
  return { ...state, [book]: { ...state[book], [event.step]: changedStep(before, event, at) } }
}

function begun(id: string, at: number): StepState {
  return { id, reason: '', startedAt: at, durationMs: 0, progress: {}, executions: [] }
}

function changedStep(step: StepState, event: StepEvent, at: number): StepState {
  switch (event.type) {
    case 'step-started':
      // A step that a new leg begins again keeps what was sent before: nothing that ran is ever forgotten.
      return { ...begun(event.step, step.executions.length > 0 ? step.startedAt : at), executions: step.executions }
    case 'step-progress':
      return { ...step, progress: { ...step.progress, [event.host]: event.text } }
    case 'execution-started': {
      const { type: _, step: __, ...execution } = event
      return { ...step, executions: [...step.executions, { ...execution, startedAt: at }] }
    }
    case 'execution-finished': {
      const { type: _, step: __, ...result } = event
      const executions = step.executions.map(execution =>
        execution.host === event.host && execution.attempt === event.attempt ? { ...execution, ...result } : execution,
      )
      return { ...step, executions }
    }
    case 'step-finished':
      return {
        ...step,
        outcome: event.outcome,
        reason: event.reason,
        durationMs: event.durationMs,
        ...(event.measured && { measured: event.measured }),
      }
  }
}
