import type { Redis } from 'ioredis'
import type { Entry } from '../../runs/events.ts'
import { fold } from '../../runs/fold.ts'
import type { ChainEnd, Compared, Opened, Standing } from '../../runs/journal.ts'
import { epochsIn, heldSince, isAtRest } from '../../runs/over.ts'
import type { RunRecord, RunState } from '../../runs/state.ts'
import { keys } from './keys.ts'
import { APPEND, COMPARE, RESTORE } from './scripts.ts'

/** A run as its stream has it; undefined when there is none. */
export async function load(redis: Redis, run: string): Promise<RunRecord | undefined> {
  const rows = await redis.xrange(keys.events(run), '-', '+')
  if (rows.length === 0) return undefined
  const entries = rows.map(([, fields]) => JSON.parse(fields[1] ?? 'null') as Entry)
  return { state: fold(entries), entries }
}

/** Redis TIME in ms. */
export async function time(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time()
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
}

/** Entries that are to stand behind entry `seq` of this hash, and how the run stands with them. */
export interface Adding extends Opened {
  readonly seq: number
  readonly hash: string
  readonly entries: readonly Entry[]
  readonly state: RunState
}

function whereOf(run: string): string[] {
  return [keys.events(run), keys.feed, keys.active, keys.numbers, keys.counter]
}

/** False when something else stands there, or what must stand before is missing. */
export async function write(redis: Redis, { run, number, seq, hash, entries, state }: Adding): Promise<boolean> {
  const bodies = entries.map(entry => JSON.stringify(entry))
  const about = [run, number, seq, isAtRest(state) ? '1' : '0', hash]
  const answer = await redis.eval(APPEND, 5, ...whereOf(run), ...about, ...bodies)
  return Number(answer) !== 0
}

/** The same for what Redis has forgotten, with the cluster of the run; `all` are its entries from the first on. Also false when all of it is there. */
export async function writeBack(
  redis: Redis,
  { run, number, seq, hash, entries, state }: Adding,
  all: readonly Entry[],
): Promise<{ readonly written: boolean; readonly heldBy?: Opened }> {
  const { lease } = state
  const where = [...whereOf(run), keys.lease(lease?.cluster ?? ''), keys.epoch(lease?.cluster ?? '')]
  const since = lease && !lease.released ? heldSince(all) : ''
  const highest = lease ? (epochsIn(all).get(lease.cluster) ?? lease.epoch) : 0
  const bodies = entries.map(entry => JSON.stringify(entry))
  const about = [run, number, seq, isAtRest(state) ? '1' : '0', hash, lease?.epoch ?? '', since, highest]
  const answer = (await redis.eval(RESTORE, where.length, ...where, ...about, ...bodies)) as [number, string?, string?]
  const written = answer[0] === 1
  return answer[1] ? { written, heldBy: { run: answer[1], number: Number(answer[2]) } } : { written }
}

export async function compare(redis: Redis, ends: readonly ChainEnd[]): Promise<Compared> {
  const where = [keys.counter, ...ends.map(({ run }) => keys.events(run))]
  const what = ends.flatMap(({ seq, hash }) => [seq, hash])
  const [highest, ...standings] = (await redis.eval(COMPARE, where.length, ...where, ...what)) as [
    string,
    ...Standing[],
  ]
  return { highest: Number(highest), standings }
}
