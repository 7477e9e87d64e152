import { createEntryArchive } from '../../src/adapters/archive/entries.ts'
import { createJournal } from '../../src/adapters/redis/journal.ts'
import { createLeases } from '../../src/adapters/redis/leases.ts'
import type { RunEvent } from '../../src/runs/events.ts'
import type { Journal, Opened } from '../../src/runs/journal.ts'
import type { Leases } from '../../src/runs/leases.ts'
import type { RunRecord } from '../../src/runs/state.ts'
import { ulid } from '../../src/runs/ulid.ts'
import { Recovery, type RecoveryNews } from '../../src/workers/recovery.ts'
import type { PrivateRedis } from '../support/redis.ts'
import {
  decided,
  finished,
  gateOpened,
  legStarted,
  planned,
  requested,
  stopRequested,
} from '../support/run-fixtures.ts'

/** What one process has of ha-bot, as far as remembering goes. */
export interface Part {
  readonly journal: Journal
  readonly leases: Leases
  readonly recovery: Recovery
  readonly archive: ReturnType<typeof createEntryArchive>
  readonly told: RecoveryNews[]
  flushall(): Promise<unknown>
}

export const CLUSTER = 'pvfs'

/** A process of its own would hold the same: connection, memory of the archive, recovery. */
export function createPart(redis: PrivateRedis, folder: string, name = 'worker@test'): Part {
  const link = redis.connect('worker')
  const archive = createEntryArchive(folder, { now: Date.now, lingerMs: 0 })
  const newRun = () => ulid(Date.now(), crypto.getRandomValues(new Uint8Array(10)))
  const journal = createJournal({ redis: link.redis, where: redis.url, archive, newRun })
  const leases = createLeases(link.redis)
  const told: RecoveryNews[] = []
  const tell = (news: RecoveryNews) => told.push(news)
  const recovery = new Recovery({ journal, archive, leases, clusters: [CLUSTER, 'xen'], name, tell })
  return { journal, leases, recovery, archive, told, flushall: () => link.redis.flushall() }
}

/** One thing after the other that is written down in the life of a run, from the request to a cluster that is free again. */
export async function lifeOfARun(): Promise<RunEvent[]> {
  const execution = { step: 'move', host: 'node3', attempt: 1 } as const
  return [
    await requested(),
    legStarted(),
    planned(),
    gateOpened(),
    await decided('bo', 'approve'),
    { type: 'gate-closed', gate: 'agree', result: 'approved', reason: '' },
    legStarted(2),
    { type: 'lease-taken', cluster: CLUSTER, epoch: 1 },
    { type: 'step-started', step: 'move', again: false },
    { type: 'execution-started', ...execution, operation: 'one', epoch: 1, bundle: '0'.repeat(64) },
    { type: 'execution-finished', ...execution, outcome: 'unknown', exitCode: -1, reason: 'silent', durationMs: 1 },
    { ...finished(), outcome: 'unknown' } as RunEvent,
    await stopRequested('bo'),
    { type: 'lease-released', cluster: CLUSTER, epoch: 1 },
  ]
}

/** A new run that has gone through these events; the lease is taken and given back where a worker would. */
export async function lived(part: Part, events: readonly RunEvent[]): Promise<RunRecord> {
  const answer = await part.journal.open(crypto.randomUUID())
  if (!answer.ok) throw new Error(answer.problems[0]?.message)
  return await living(part, answer.value, events)
}

/** The same run with more events. */
export async function living(part: Part, at: RunRecord | Opened, events: readonly RunEvent[]): Promise<RunRecord> {
  let record = at
  for (const event of events) record = await written(part, record, event)
  if ('run' in record) throw new Error('nothing was written')
  return record
}

async function written(part: Part, at: RunRecord | Opened, said: RunEvent): Promise<RunRecord> {
  const opened = 'run' in at ? at : { run: at.state.run, number: at.state.number }
  let event = said
  if (event.type === 'lease-taken') {
    const take = await part.leases.take(event.cluster, opened, 1)
    if (!take.taken) throw new Error(`${event.cluster} is held by ${take.number}`)
    event = { ...event, epoch: take.epoch }
  }
  if (event.type === 'lease-released' && !('run' in at)) {
    event = { ...event, epoch: at.state.lease?.epoch ?? 0 }
    await part.leases.release(event.cluster, opened.run, event.epoch)
  }
  const answer = await part.journal.append(at, [event], 'worker@test')
  if (answer.kind !== 'appended') throw new Error(`${answer.kind}: ${JSON.stringify(answer).slice(0, 500)}`)
  return answer.record
}
