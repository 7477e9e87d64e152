import { closeGate, closeHopeless } from '../runs/closing.ts'
import type { RunEvent } from '../runs/events.ts'
import type { Journal } from '../runs/journal.ts'
import { wantedLeg } from '../runs/legs.ts'
import { hasWork } from '../runs/over.ts'
import type { RunRecord, RunState } from '../runs/state.ts'
import type { LegQueue } from './queue.ts'

export interface ReconcileParts {
  readonly journal: Journal
  readonly queue: LegQueue
  /** Written as author of what reconcile adds: `reconcile@host`. */
  readonly name: string
}

/**
 * Looks at every run that has not finished: closes gates whose time is over (by Redis TIME) and asks for a leg wherever the journal says
 * that there is work and no job is there to do it. Doing it twice, or in two processes, is harmless. One run that cannot be looked at does
 * not keep the others waiting; the first such failure is thrown at the end.
 */
export async function reconcile(parts: ReconcileParts): Promise<void> {
  const failures: unknown[] = []
  for (const run of await parts.journal.active()) {
    await reconcileRun(parts, run).catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw failures[0]
}

/**
 * The same for one run that has just changed, as far as it cannot wait for the next round: a leg that nobody was told of. Repeating what
 * ended without a result is left to the rounds, so that it is not done in no time.
 */
export async function reconcileNews(parts: ReconcileParts, run: string): Promise<void> {
  const state = (await parts.journal.load(run))?.state
  if (!state || !hasWork(state)) return
  const job = { run, leg: wantedLeg(state), try: 1 }
  if ((await parts.queue.state(job)) === 'absent') await parts.queue.add(job)
}

async function reconcileRun(parts: ReconcileParts, run: string): Promise<void> {
  const record = await parts.journal.load(run)
  if (!record) return
  const { state } = record
  const closing = await expiredGate(parts, state)
  if (closing.length === 0 && hasWork(state)) closing.push(...(await askForLeg(parts, record)))
  if (closing.length > 0) await parts.journal.append(record, closing, parts.name)
}

async function expiredGate(parts: ReconcileParts, state: RunState): Promise<RunEvent[]> {
  const gate = state.phase === 'waiting' ? state.gates.at(-1) : undefined
  if (!gate || (await parts.journal.time()) < gate.expiresAt) return []
  return closeGate(state, 'expired', 'nobody decided in time')
}

const MAX_TRIES = 20

/** A takeover follows at once; what keeps failing, as on a full disk, gets some minutes instead of a few seconds. In ms. */
function pauseBefore(attempt: number): number {
  return attempt < 3 ? 0 : Math.min(30_000, 1000 * 2 ** (attempt - 3))
}

/**
 * How long the journal must have been quiet before this try, in ms. Each try says that it began; one that cannot even do that, as on a full
 * disk, leaves the journal as it was, so that the pauses of all tries since the latest word count together.
 */
function quietBefore(attempt: number, begun: number): number {
  let quiet = pauseBefore(attempt)
  for (let silent = begun + 1; silent < attempt; silent++) quiet += pauseBefore(silent)
  return quiet
}

/** Of how many tries of this leg the journal knows. */
function triesBegun({ entries }: RunRecord, leg: number): number {
  return entries.filter(({ event }) => event.type === 'leg-started' && event.leg === leg).length
}

/**
 * Adds the first try of the leg that no job was ever made for. A try that is waiting or active is left alone. When all tries are used up,
 * the events that end the run are given back.
 */
async function askForLeg({ queue, journal }: ReconcileParts, record: RunRecord): Promise<RunEvent[]> {
  const { state } = record
  const leg = wantedLeg(state)
  const begun = triesBegun(record, leg)
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const job = { run: state.run, leg, try: attempt }
    const found = await queue.state(job)
    if (found === 'absent' && (await journal.time()) - state.updatedAt >= quietBefore(attempt, begun))
      await queue.add(job)
    if (found !== 'ended') return []
  }
  return state.phase === 'finished'
    ? []
    : closeHopeless(state, `${MAX_TRIES} tries to carry this on ended without a result; the log of the worker says why`)
}
