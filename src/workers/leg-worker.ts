import { closeAbandoned, closeGate, releaseHeld, stopBeforePlan } from '../runs/closing.ts'
import type { EnginePorts } from '../runs/course.ts'
import { carryOut } from '../runs/engine.ts'
import type { RunEvent } from '../runs/events.ts'
import type { Journal } from '../runs/journal.ts'
import type { RunState } from '../runs/state.ts'
import type { Authenticity } from './authenticity.ts'
import type { Planner } from './planner.ts'
import type { Leg } from './queue.ts'
import type { StopWatch } from './stop-watch.ts'
import { Writer } from './writer.ts'

export interface LegWorkerParts {
  readonly journal: Journal
  readonly ports: EnginePorts
  readonly planner: Planner
  readonly authenticity: Authenticity
  readonly stops: StopWatch
  /** Name of this worker, for the journal: `worker@host:pid`. */
  readonly name: string
}

/**
 * Carries one leg: from where the journal says the run stands to the next gate or the end. What happened is in the journal when it
 * returns. `abort` fires when this worker may no longer act (it is shutting down, or the queue has given the leg away).
 */
export async function carryLeg(parts: LegWorkerParts, leg: Leg, abort: AbortSignal): Promise<void> {
  const record = await parts.journal.load(leg.run)
  if (!record || !hasWork(record.state)) return
  const writer = new Writer(parts.journal, record, parts.name)
  const stop = new AbortController()
  const onAbort = () => writer.leave(() => stop.abort())
  if (abort.aborted) return
  abort.addEventListener('abort', onAbort, { once: true })
  const unwatch = parts.stops.watch(leg.run, () => stop.abort())
  try {
    await carry(parts, leg, writer, stop.signal)
  } finally {
    unwatch()
    abort.removeEventListener('abort', onAbort)
  }
}

/** A person's stop is work too: it closes a gate, ends a request, or frees a cluster that an unknown outcome holds. */
function hasWork(state: RunState): boolean {
  if (state.phase === 'waiting') return state.stop !== undefined
  if (state.phase === 'finished') return state.stop !== undefined && releaseHeld(state).length > 0
  return true
}

async function carry(parts: LegWorkerParts, leg: Leg, writer: Writer, signal: AbortSignal): Promise<void> {
  const closing = await closingEvents(parts, writer.state)
  if (closing) return writer.writeAll(closing)
  const abandoned = closeAbandoned(writer.state)
  if (!(await writer.write([{ type: 'leg-started', leg: leg.leg, worker: parts.name }]))) return
  if (abandoned) return writer.writeAll(abandoned)

  const doubts = await parts.authenticity.doubts(writer.state)
  if (doubts.length > 0) return writer.writeAll([{ type: 'refused', problems: doubts }])
  if (!writer.state.plan) await writer.write([await parts.planner.plan(writer.state, signal)])
  if (writer.state.plan && writer.state.phase === 'running')
    return writer.writeAll(carryOut(writer.state, parts.ports, signal))
}

/** Events that end the run at once, when a person has asked for that and nothing is under way. */
async function closingEvents(parts: LegWorkerParts, state: RunState): Promise<RunEvent[] | undefined> {
  if (!state.stop) return undefined
  if (state.phase === 'waiting') return closeGate(state, 'cancelled', `stopped by ${state.stop.speaker.name}`)
  if (!state.plan) return stopBeforePlan(state.stop.speaker)
  if (state.phase !== 'finished' || !state.lease) return undefined
  await parts.ports.leases.release(state.lease.cluster, state.run, state.lease.epoch)
  return releaseHeld(state)
}
