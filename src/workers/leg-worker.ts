import type { Inventory } from '../clusters/inventory.ts'
import { type Problem, problemText } from '../problem.ts'
import { brokenAt } from '../runs/chain.ts'
import { closeDoubted, closeGate, stopBeforePlan } from '../runs/closing.ts'
import type { EnginePorts, LegSurroundings } from '../runs/course.ts'
import { carryOut } from '../runs/engine.ts'
import type { Journal } from '../runs/journal.ts'
import { hasWork } from '../runs/over.ts'
import type { RunRecord, RunState } from '../runs/state.ts'
import { isTakeOverWanted } from '../runs/take-over.ts'
import type { Authenticity } from './authenticity.ts'
import { freeCluster } from './giving-up.ts'
import type { Planner } from './planner.ts'
import type { Leg } from './queue.ts'
import type { StopWatch } from './stop-watch.ts'
import { takeOver } from './take-over.ts'
import { Writer } from './writer.ts'

export interface LegWorkerParts {
  readonly journal: Journal
  readonly ports: EnginePorts
  readonly planner: Planner
  readonly authenticity: Authenticity
  readonly stops: StopWatch
  readonly inventory: Inventory
  /**
   * What follows when a leg leaves its run finished: the end of the chain is left on the nodes that it changed. Comes again when a later
   * leg of the run ends so. Must not throw. The bundle is sealed elsewhere, by whoever hears that a run has ended.
   */
  readonly afterEnd: (record: RunRecord) => Promise<void>
  /** Name of this worker, for the journal: `worker@host:pid`. */
  readonly name: string
}

/** Of the one who carries a leg: when it must end. */
export interface Tenure {
  /** Fires when this worker may no longer act: it is shutting down, or the queue has given the leg away. */
  readonly abort: AbortSignal
  /** False once this worker has stood still for so long that another one may have taken the leg. */
  readonly mayAct: () => boolean
}

/**
 * Carries one leg: from where the journal says the run stands to the next gate or the end. What happened is in the journal when it
 * returns. A worker that leaves lets a change on a node go on: another worker follows it.
 */
export async function carryLeg(parts: LegWorkerParts, leg: Leg, { abort, mayAct }: Tenure): Promise<void> {
  const record = await parts.journal.load(leg.run)
  if (!record || !hasWork(record.state) || abort.aborted) return
  const stop = new AbortController()
  const detach = new AbortController()
  const onStop = (by: string) => stop.abort(`stopped by ${by}`)
  const writer = new Writer(parts.journal, record, { by: parts.name, onStop, mayAct })
  const onAbort = () => {
    writer.leave()
    detach.abort('the worker left')
  }
  abort.addEventListener('abort', onAbort, { once: true })
  const unwatch = parts.stops.watch(leg.run, onStop)
  const head = () => ({ seq: writer.state.seq, head: writer.state.head })
  try {
    await carry(parts, leg, { writer, chain: chainDoubts(record), stop: stop.signal, detach: detach.signal, head })
    if (hasEnded(writer.state)) await parts.afterEnd(writer.record)
  } finally {
    unwatch()
    abort.removeEventListener('abort', onAbort)
  }
}

function hasEnded(state: RunState): boolean {
  return state.phase === 'finished'
}

interface Carrying extends LegSurroundings {
  readonly writer: Writer
  /** What is wrong with the entries this leg begins from. */
  readonly chain: readonly Problem[]
}

async function carry(parts: LegWorkerParts, leg: Leg, carrying: Carrying): Promise<void> {
  const { writer, chain } = carrying
  if (writer.state.phase !== 'finished' && (await closeAtOnce(writer))) return
  if (!hasEnded(writer.state) && !(await writer.write([{ type: 'leg-started', leg: leg.leg, worker: parts.name }])))
    return

  const { authenticity } = parts
  const isLettingGo = isTakeOverWanted(writer.state) || hasEnded(writer.state)
  const words = isLettingGo ? authenticity.doubtsOfLettingGo(writer.state) : authenticity.doubts(writer.state)
  const doubts = [...chain, ...(await words)]
  if (doubts.length > 0) return await leaveDoubted(writer, doubts)
  if (isLettingGo) return await letGo(parts, carrying)
  await goOn(parts, carrying)
}

/** Plans and carries out. What was approved may have drifted: then there is no plan any more, and the next one waits at its own gate. */
async function goOn(parts: LegWorkerParts, carrying: Carrying): Promise<void> {
  const { writer, detach } = carrying
  while (writer.state.phase === 'running' && !detach.aborted) {
    if (!writer.state.plan) await makePlan(parts, carrying)
    if (!writer.state.plan || writer.state.phase !== 'running') return
    if (!(await writer.writeAll(carryOut(writer.state, parts.ports, carrying)))) return
  }
}

/** Words that are not whose they claim to be end what goes on; of a run that is over they change nothing at all. */
async function leaveDoubted(writer: Writer, doubts: readonly Problem[]): Promise<void> {
  if (hasEnded(writer.state)) throw new Error(doubts.map(problemText).join('\n'))
  await writer.writeAll(closeDoubted(writer.state, doubts))
}

/** People want the cluster free: taken from this run, or because somebody has looked. */
async function letGo({ ports, inventory }: LegWorkerParts, carrying: Carrying): Promise<void> {
  const { state } = carrying.writer
  const cluster = inventory[state.lease?.cluster ?? '']
  const isTaken = isTakeOverWanted(state) && cluster !== undefined
  await carrying.writer.writeAll(
    isTaken ? takeOver(ports, state, cluster, carrying) : freeCluster(ports, state, carrying),
  )
}

/** A plan that was stopped while it was made is no refusal, whatever the reading of the cluster came to by that. */
async function makePlan(parts: LegWorkerParts, { writer, stop, detach }: Carrying): Promise<void> {
  const planned = stop.aborted ? undefined : await parts.planner.plan(writer.state, AbortSignal.any([stop, detach]))
  await writer.write(planned && !stop.aborted ? [planned] : stopBeforePlan(String(stop.reason)))
}

/** Ends the run when a person has asked for that and nothing is under way. */
async function closeAtOnce(writer: Writer): Promise<boolean> {
  const { state } = writer
  if (!state.stop) return false
  const by = `stopped by ${state.stop.speaker.name}`
  const closing = state.phase === 'waiting' ? closeGate(state, 'cancelled', by) : state.plan ? [] : stopBeforePlan(by)
  if (closing.length > 0) await writer.writeAll(closing)
  return closing.length > 0
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
