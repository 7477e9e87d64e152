import type { Problem } from '../problem.ts'
import { brokenAt } from '../runs/chain.ts'
import { closeAbandoned, closeDoubted, closeGate, owesRelease, releaseHeld, stopBeforePlan } from '../runs/closing.ts'
import type { EnginePorts } from '../runs/course.ts'
import { carryOut } from '../runs/engine.ts'
import type { RunEvent } from '../runs/events.ts'
import type { Journal } from '../runs/journal.ts'
import type { RunRecord, RunState } from '../runs/state.ts'
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
  if (!record || !hasWork(record.state) || abort.aborted) return
  const stop = new AbortController()
  const onStop = (by: string) => stop.abort(`stopped by ${by}`)
  const writer = new Writer(parts.journal, record, parts.name, onStop)
  const onAbort = () => writer.leave(() => stop.abort('the worker left'))
  abort.addEventListener('abort', onAbort, { once: true })
  const unwatch = parts.stops.watch(leg.run, onStop)
  try {
    await carry(parts, leg, { writer, chain: chainDoubts(record), signal: stop.signal })
  } finally {
    unwatch()
    abort.removeEventListener('abort', onAbort)
  }
}

/** A person's stop is work too: it closes a gate, ends a request, or frees a cluster that an unknown outcome holds. */
function hasWork(state: RunState): boolean {
  if (state.phase === 'waiting') return state.stop !== undefined
  return state.phase !== 'finished' || owesRelease(state)
}

interface Carrying {
  readonly writer: Writer
  /** What is wrong with the entries this leg begins from. */
  readonly chain: readonly Problem[]
  readonly signal: AbortSignal
}

async function carry(parts: LegWorkerParts, leg: Leg, { writer, chain, signal }: Carrying): Promise<void> {
  const closing = await closingEvents(parts, writer.state)
  if (closing) return await writer.writeAll(closing)
  const abandoned = closeAbandoned(writer.state)
  if (!(await writer.write([{ type: 'leg-started', leg: leg.leg, worker: parts.name }]))) return
  if (abandoned) return await writer.writeAll(abandoned)

  const doubts = [...chain, ...(await parts.authenticity.doubts(writer.state))]
  if (doubts.length > 0) return await writer.writeAll(closeDoubted(writer.state, doubts))
  if (!writer.state.plan) await makePlan(parts, writer, signal)
  if (writer.state.plan && writer.state.phase === 'running')
    return await writer.writeAll(carryOut(writer.state, parts.ports, signal))
}

/** A plan that was stopped while it was made is no refusal, whatever the reading of the cluster came to by that. */
async function makePlan(parts: LegWorkerParts, writer: Writer, signal: AbortSignal): Promise<void> {
  const planned = signal.aborted ? undefined : await parts.planner.plan(writer.state, signal)
  await writer.write(planned && !signal.aborted ? [planned] : stopBeforePlan(String(signal.reason)))
}

/** Events that end the run at once, when a person has asked for that and nothing is under way. */
async function closingEvents(parts: LegWorkerParts, state: RunState): Promise<RunEvent[] | undefined> {
  if (state.phase === 'finished' && state.lease) {
    await parts.ports.leases.release(state.lease.cluster, state.run, state.lease.epoch)
    return releaseHeld(state)
  }
  if (!state.stop) return undefined
  const by = `stopped by ${state.stop.speaker.name}`
  if (state.phase === 'waiting') return closeGate(state, 'cancelled', by)
  return state.plan ? undefined : stopBeforePlan(by)
}

function chainDoubts({ entries, state }: RunRecord): Problem[] {
  const broken = brokenAt(entries)
  if (broken === undefined) return []
  const message = `Entry ${broken} of #${state.number} does not follow from the one before it: somebody changed the journal.`
  return [
    {
      code: 'chain-broken',
      message,
      next: `Compare \`ha transcript ${state.number} --format json\` with events.ndjson in the archive.`,
    },
  ]
}
