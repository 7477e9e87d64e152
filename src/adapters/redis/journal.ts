import type { Redis } from 'ioredis'
import { bad, good, type Problem } from '../../problem.ts'
import { continueChain, GENESIS, type Head } from '../../runs/chain.ts'
import type { Entry, RunEvent } from '../../runs/events.ts'
import { apply, fold } from '../../runs/fold.ts'
import type { Appended, EntryArchive, Journal, Opened } from '../../runs/journal.ts'
import { isOver } from '../../runs/over.ts'
import type { RunRecord, RunState } from '../../runs/state.ts'
import { followFeed } from './feed.ts'
import { keys } from './keys.ts'
import { Numbers } from './numbers.ts'
import { restoreRun } from './restore.ts'
import { compare, load, time, write } from './stream.ts'

export interface JournalParts {
  readonly redis: Redis
  /** Where it is, for messages: `127.0.0.1:6379`. */
  readonly where: string
  readonly archive: EntryArchive
  readonly newRun: () => string
}

/** The journal on a Redis stream per run, with a second copy of every entry in the archive. */
export function createJournal(parts: JournalParts): Journal {
  const { redis } = parts
  const numbers = new Numbers(parts)
  return {
    open: async dedupe => {
      try {
        return good(await numbers.open(dedupe))
      } catch (error) {
        return bad(unavailable(parts.where, error))
      }
    },
    append: (at, events, by) => append(parts, at, events, by),
    load: run => load(redis, run),
    find: async number => (await redis.zrangebyscore(keys.numbers, number, number))[0],
    list: async limit => pairs(await redis.zrevrange(keys.numbers, 0, limit - 1, 'WITHSCORES')),
    active: () => redis.smembers(keys.active),
    follow: signal => followFeed(redis, signal),
    time: () => time(redis),
    compare: ends => compare(redis, ends),
    restore: (run, by) => restoreRun(parts, run, by),
    raise: number => numbers.raise(number),
  }
}

async function append(
  parts: JournalParts,
  at: RunRecord | Opened,
  events: readonly RunEvent[],
  by: string,
): Promise<Appended> {
  let isSent = false
  try {
    const head = headOf(at)
    const forgotten = await parts.archive.beyond(head.run, head.number, head.seq)
    if (forgotten.length > 0) return { kind: 'conflict', record: await remembered(parts, at, by) }
    const entries = continueChain(head, events, await time(parts.redis), by)
    const record = extended(at, entries)
    isSent = true
    if (!(await write(parts.redis, { ...head, entries, state: record.state })))
      return { kind: 'conflict', record: await remembered(parts, at, by) }
    const isArchived = await parts.archive.write(entries, 'run' in at ? [] : at.entries, isOver(record.state))
    if (!isArchived) throw new Error('it was emptied or rolled back in this very moment')
    return { kind: 'appended', record }
  } catch (error) {
    const isUnsure = isSent && !isRefusal(error)
    return { kind: 'unavailable', problem: (isUnsure ? unsure : unavailable)(parts.where, error) }
  }
}

/**
 * How a run stands that has gone on without the caller. A Redis that was emptied or rolled back first gets from the archive what it has
 * forgotten: nobody may act on an old state. An archive that does not continue this journal is no help, and nothing is written at all.
 */
async function remembered(parts: JournalParts, at: RunRecord | Opened, by: string): Promise<RunRecord> {
  const { run, number, seq, hash } = headOf(at)
  const there = await load(parts.redis, run)
  if (there && there.state.seq > seq && (seq === 0 || there.entries[seq - 1]?.hash === hash)) return there
  const restored = await restoreRun(parts, { run, number }, by, 'run' in at ? [] : at.entries)
  if (restored.kind === 'refused') throw new Error(restored.problem.message)
  const now = await load(parts.redis, run)
  if (!now) throw new Error(`run ${run} has vanished from Redis`)
  return now
}

/** Redis itself said no: then nothing was written. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError'
}

function headOf(at: RunRecord | Opened): Head {
  if ('run' in at) return { run: at.run, number: at.number, seq: 0, hash: GENESIS, at: 0 }
  const { run, number, seq, head, updatedAt } = at.state
  return { run, number, seq, hash: head, at: updatedAt }
}

function extended(at: RunRecord | Opened, entries: readonly Entry[]): RunRecord {
  if ('run' in at) return { state: fold(entries), entries }
  const state = entries.reduce<RunState>(apply, at.state)
  return { state, entries: [...at.entries, ...entries] }
}

function pairs(rows: readonly string[]): Opened[] {
  const found: Opened[] = []
  for (let i = 0; i + 1 < rows.length; i += 2) found.push({ run: rows[i] ?? '', number: Number(rows[i + 1]) })
  return found
}

function unavailable(where: string, error: unknown): Problem {
  return {
    code: 'journal-unavailable',
    message: `NOT accepted: the journal cannot be written (Redis at ${where}: ${detailOf(error)}).`,
    stillTrue: 'Nothing will run.',
    next: 'Ask whoever runs ha-bot to look at `ha doctor`.',
  }
}

/** It was sent and no answer came: it may stand in the journal, and then it will be acted on. */
function unsure(where: string, error: unknown): Problem {
  return {
    code: 'journal-unsure',
    message: `It is not known whether this was accepted: the journal did not answer (Redis at ${where}: ${detailOf(error)}).`,
    next: 'See /ha runs before you say it again.',
  }
}

function detailOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
