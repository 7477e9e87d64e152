import type { Entry, RunEvent, RunEventOf } from './events.ts'
import type { GateState, RunState, StepState } from './state.ts'

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
    case 'finished': {
      const { type: _, ...finished } = event
      return { ...state, phase: 'finished', finished: { ...finished, at: entry.at } }
    }
  }
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
  return { ...state, gates, phase: event.result === 'approved' ? 'runnable' : state.phase }
}

function changedGate(gate: GateState, event: Exclude<GateEvent, RunEventOf<'gate-opened'>>, at: number): GateState {
  if (event.type === 'gate-closed') return { ...gate, result: event.result, reason: event.reason, closedAt: at }
  const { decision, speaker, reason, digest, attestation } = event
  return { ...gate, decisions: [...gate.decisions, { decision, speaker, reason, digest, attestation, at }] }
}

type StepEvent = Extract<RunEvent, { step: string }>

function moveStep(state: RunState, event: Exclude<StepEvent, RunEventOf<'undo-offered'>>, at: number): RunState {
  const book = 'again' in event && event.again ? 'again' : 'steps'
  const before = state[book][event.step] ?? begun(event.step, at)
  return { ...state, [book]: { ...state[book], [event.step]: changedStep(before, event, at) } }
}

function begun(id: string, at: number): StepState {
  return { id, reason: '', startedAt: at, durationMs: 0, progress: {}, executions: [] }
}

function changedStep(step: StepState, event: Exclude<StepEvent, RunEventOf<'undo-offered'>>, at: number): StepState {
  switch (event.type) {
    case 'step-started':
      // A step that a new leg begins again keeps what was sent before: nothing that ran is ever forgotten.
      return { ...begun(event.step, at), executions: step.executions }
    case 'step-progress':
      return { ...step, progress: { ...step.progress, [event.host]: event.text } }
    case 'execution-started': {
      const { host, attempt, operation } = event
      return { ...step, executions: [...step.executions, { host, attempt, operation, startedAt: at }] }
    }
    case 'execution-finished': {
      const { type: _, step: __, ...result } = event
      const executions = step.executions.map(execution =>
        execution.host === event.host && execution.attempt === event.attempt ? { ...execution, ...result } : execution,
      )
      return { ...step, executions }
    }
    case 'step-finished':
      return { ...step, outcome: event.outcome, reason: event.reason, durationMs: event.durationMs }
  }
}
