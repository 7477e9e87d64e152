import type { Redis } from 'ioredis'
import { bad, good, type Problem } from '../../problem.ts'
import { brokenAt, continueChain, GENESIS, type Head } from '../../runs/chain.ts'
import { owesRelease } from '../../runs/closing.ts'
import type { Entry, RunEvent } from '../../runs/events.ts'
import { apply, fold } from '../../runs/fold.ts'
import type { Appended, EntryArchive, Journal, Opened } from '../../runs/journal.ts'
import type { RunRecord, RunState } from '../../runs/state.ts'
import { followFeed } from './feed.ts'
import { keys } from './keys.ts'
import { APPEND, OPEN } from './scripts.ts'

/** Remembered deliveries: Slack repeats within an hour, a person's repeated words are a new request anyway. */
const DEDUPE_SECONDS = 24 * 3600

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
  const journal: Journal = {
    open: async dedupe => {
      try {
        return good(await open(parts, dedupe))
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
  }
  return journal
}

async function open(parts: JournalParts, dedupe: string): Promise<Opened> {
  const answer = await parts.redis.eval(
    OPEN,
    3,
    keys.dedupe(dedupe),
    keys.counter,
    keys.numbers,
    parts.newRun(),
    DEDUPE_SECONDS,
  )
  const [run, number] = answer as [string, string]
  return { run, number: Number(number) }
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
    const forgotten = 'run' in at ? [] : await parts.archive.beyond(head.run, head.number, head.seq)
    if (forgotten.length > 0) return { kind: 'conflict', record: await restore(parts, at, forgotten) }
    const entries = continueChain(head, events, await time(parts.redis), by)
    const record = extended(at, entries)
    isSent = true
    const written = await write(parts.redis, head, entries, isOver(record.state))
    if (written === 0) return { kind: 'conflict', record: await mustLoad(parts.redis, head.run) }
    await parts.archive.write(entries, 'run' in at ? [] : at.entries)
    return { kind: 'appended', record }
  } catch (error) {
    const isUnsure = isSent && !isRefusal(error)
    return { kind: 'unavailable', problem: (isUnsure ? unsure : unavailable)(parts.where, error) }
  }
}

/**
 * A Redis that was rolled back gets from the archive what it has forgotten, exactly as it was: nobody may act on an old state of a run
 * that has gone on since. An archive that does not continue this journal is no help, and nothing is written at all.
 */
async function restore(parts: JournalParts, at: RunRecord | Opened, forgotten: readonly Entry[]): Promise<RunRecord> {
  const head = headOf(at)
  const now = await mustLoad(parts.redis, head.run)
  if (now.state.seq > head.seq) return now
  const record = extended(now, forgotten)
  if (brokenAt(record.entries) !== undefined)
    throw new Error(`the archive has entries of #${head.number} that do not follow from those in Redis`)
  await write(parts.redis, head, forgotten, isOver(record.state))
  return await mustLoad(parts.redis, head.run)
}

/** Nothing follows any more. */
function isOver(state: RunState): boolean {
  return state.phase === 'finished' && !owesRelease(state)
}

/** Redis itself said no: then nothing was written. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError'
}

async function write(redis: Redis, head: Head, entries: readonly Entry[], over: boolean): Promise<number> {
  const bodies = entries.map(entry => JSON.stringify(entry))
  const where = [keys.events(head.run), keys.feed, keys.active]
  return Number(await redis.eval(APPEND, 3, ...where, head.run, head.seq, over ? '1' : '0', ...bodies))
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

async function load(redis: Redis, run: string): Promise<RunRecord | undefined> {
  const rows = await redis.xrange(keys.events(run), '-', '+')
  if (rows.length === 0) return undefined
  const entries = rows.map(([, fields]) => JSON.parse(fields[1] ?? 'null') as Entry)
  return { state: fold(entries), entries }
}

async function mustLoad(redis: Redis, run: string): Promise<RunRecord> {
  const record = await load(redis, run)
  if (!record) throw new Error(`run ${run} has vanished from Redis`)
  return record
}

async function time(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time()
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
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
