import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { startPrivateRedis } from '../../lab/private-redis.ts'
import { createEntryArchive } from '../../src/adapters/archive/entries.ts'
import { connectRedis } from '../../src/adapters/redis/connect.ts'
import { createJournal } from '../../src/adapters/redis/journal.ts'
import type { Lifecycle } from '../../src/lifecycle.ts'
import { problemText } from '../../src/problem.ts'
import type { RunEvent } from '../../src/runs/events.ts'
import type { Journal, Opened } from '../../src/runs/journal.ts'
import type { RunRecord } from '../../src/runs/state.ts'
import { ulid } from '../../src/runs/ulid.ts'
import { legStarted, planned, requested } from '../../test/support/run-fixtures.ts'

export interface OpenJournal {
  readonly journal: Journal
  readonly redis: ReturnType<typeof connectRedis>['redis']
  /** Where the archive is, and outputs may go. */
  readonly archive: string
}

/** A journal as in service: a Redis that fsyncs every write before it answers, and the fsynced copy in an archive. */
export async function openJournal(folder: string, lifecycle: Lifecycle): Promise<OpenJournal> {
  const server = await startPrivateRedis(join(folder, 'redis'))
  lifecycle.add('Redis', () => server.close())
  const link = connectRedis(server.url, 'worker')
  lifecycle.add('a connection to Redis', link.close)
  const archive = join(folder, 'archive')
  const journal = createJournal({
    redis: link.redis,
    where: server.url,
    archive: createEntryArchive(archive),
    newRun: () => ulid(Date.now(), randomBytes(10)),
  })
  return { journal, redis: link.redis, archive }
}

/** A run with a plan, where a change would be next. */
export async function beginRun(journal: Journal): Promise<RunRecord> {
  const opened = await journal.open(`bench:${randomBytes(16).toString('hex')}`)
  if (!opened.ok) throw new Error(opened.problems.map(problemText).join('\n'))
  return await appended(journal, opened.value, [await requested(), legStarted(), planned()])
}

/** Rejects unless exactly this was written. */
export async function appended(
  journal: Journal,
  at: RunRecord | Opened,
  events: readonly RunEvent[],
): Promise<RunRecord> {
  const answer = await journal.append(at, events, 'worker@bench')
  if (answer.kind === 'appended') return answer.record
  throw new Error(answer.kind === 'unavailable' ? problemText(answer.problem) : 'somebody else wrote into this run')
}
