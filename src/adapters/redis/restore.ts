import type { Redis } from 'ioredis'
import type { Problem } from '../../problem.ts'
import { brokenAt, continueChain, GENESIS } from '../../runs/chain.ts'
import type { Entry } from '../../runs/events.ts'
import { fold } from '../../runs/fold.ts'
import type { EntryArchive, Opened, Restored } from '../../runs/journal.ts'
import { isOver } from '../../runs/over.ts'
import type { RunRecord } from '../../runs/state.ts'
import { load, time, writeBack } from './stream.ts'

interface RestoreParts {
  readonly redis: Redis
  readonly archive: EntryArchive
}

const TRIES = 10

/**
 * Puts back what Redis has forgotten of a run. `known` are entries that somebody read from Redis before it forgot: the archive has them
 * too, unless whoever wrote them died before that. A run that is over comes back as it was; any other one is told by an event, so that
 * nothing begins by itself.
 */
export async function restoreRun(
  parts: RestoreParts,
  run: Opened,
  by: string,
  known: readonly Entry[] = [],
): Promise<Restored> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const restored = await tryRestore(parts, run, by, known)
    if (restored) return restored
  }
  throw new Error(`#${run.number} could not be put back into Redis: others write to it at the same time`)
}

/**
 * Undefined when somebody else was faster; then there is something new to begin from. The notice goes to the archive first: of what two
 * write in one place there, the first one counts, and a writer whose entry Redis forgot before it was archived learns of it there.
 */
async function tryRestore(
  { redis, archive }: RestoreParts,
  { run, number }: Opened,
  by: string,
  known: readonly Entry[],
): Promise<Restored | undefined> {
  const archived = await archive.read(run, number)
  const before = archived.length < known.length ? known : archived
  const there = (await load(redis, run))?.entries ?? []
  const doubt = doubtOf(before, there, number)
  if (doubt) return { kind: 'refused', problem: doubt }
  const forgotten = before.length - there.length
  if (forgotten <= 0) return { kind: 'complete' }

  const notice = await noticeFor(redis, before, forgotten, by)
  const entries = [...before, ...notice]
  const record: RunRecord = { entries, state: fold(entries) }
  if (!(await archive.write(notice, before, isOver(record.state)))) return undefined
  const [seq, hash] = [there.length, there.at(-1)?.hash ?? GENESIS]
  const back = { run, number, seq, hash, entries: entries.slice(seq), state: record.state }
  const { written, heldBy } = await writeBack(redis, back, entries)
  return written ? { kind: 'restored', record, entries: forgotten, ...(heldBy && { heldBy }) } : undefined
}

async function noticeFor(redis: Redis, before: readonly Entry[], entries: number, by: string): Promise<Entry[]> {
  const state = fold(before)
  // Whoever wrote the notice may not have come to Redis with it yet.
  if (isOver(state) || before.at(-1)?.event.type === 'restored') return []
  const { run, number, seq, head: hash, updatedAt: at } = state
  return continueChain({ run, number, seq, hash, at }, [{ type: 'restored', entries }], await time(redis), by)
}

/** Why these entries must not be written behind those that are there. */
function doubtOf(archived: readonly Entry[], there: readonly Entry[], number: number): Problem | undefined {
  const broken = brokenAt(archived)
  if (broken !== undefined)
    return doubt(number, `entry ${broken} in the archive does not follow from the one before it`)
  const differs = there.findIndex((entry, i) => archived[i] !== undefined && archived[i].hash !== entry.hash)
  if (differs >= 0) return doubt(number, `entry ${differs + 1} in the archive is another one than in Redis`)
  // Beyond the archive nothing is put back: the chain of Redis is checked by whoever acts on it.
  const stays = there.slice(0, archived.length)
  const damaged = brokenAt(stays)
  return damaged === undefined
    ? undefined
    : doubt(number, `entry ${damaged} in Redis does not follow from the one before it`)
}

function doubt(number: number, why: string): Problem {
  return {
    code: 'archive-differs',
    message: `#${number} cannot be put back into Redis: ${why}.`,
    stillTrue: 'Nothing was written, and this run goes no further.',
    next: `Compare events.ndjson in the archive with \`ha transcript ${number} --format json\`; somebody may have changed one of them.`,
  }
}
