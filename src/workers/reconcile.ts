import { closeGate } from '../runs/closing.ts'
import type { Journal } from '../runs/journal.ts'
import type { RunState } from '../runs/state.ts'
import type { LegQueue } from './queue.ts'

export interface ReconcileParts {
  readonly journal: Journal
  readonly queue: LegQueue
  /** Written as author of what reconcile adds: `reconcile@host`. */
  readonly name: string
}

/**
 * Looks at every run that has not finished: closes gates whose time is over (by Redis TIME) and asks for a leg wherever the journal says
 * that there is work and no job is there to do it. Doing it twice, or in two processes, is harmless.
 */
export async function reconcile(parts: ReconcileParts): Promise<void> {
  for (const run of await parts.journal.active()) {
    const record = await parts.journal.load(run)
    if (!record) continue
    const { state } = record
    const expired = await expiredGate(parts, state)
    if (expired.length > 0) await parts.journal.append(record, expired, parts.name)
    else if (wantsLeg(state)) await askForLeg(parts.queue, state)
  }
}

async function expiredGate(parts: ReconcileParts, state: RunState) {
  const gate = state.phase === 'waiting' ? state.gates.at(-1) : undefined
  if (!gate || (await parts.journal.time()) < gate.expiresAt) return []
  return closeGate(state, 'expired', 'nobody decided in time')
}

function wantsLeg(state: RunState): boolean {
  return (
    state.phase === 'requested' || state.phase === 'runnable' || state.phase === 'running' || state.stop !== undefined
  )
}

/** The leg that comes next, or the one under way: legs are counted by the gates that were passed. */
export function wantedLeg(state: RunState): number {
  return state.gates.filter(gate => gate.result === 'approved').length + 1
}

const MAX_TRIES = 20

/** Adds the first try of the leg that no job was ever made for. A try that is waiting or active is left alone. */
async function askForLeg(queue: LegQueue, state: RunState): Promise<void> {
  const leg = wantedLeg(state)
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const job = { run: state.run, leg, try: attempt }
    const found = await queue.state(job)
    if (found === 'waiting' || found === 'active') return
    if (found === 'absent') return queue.add(job)
  }
}
