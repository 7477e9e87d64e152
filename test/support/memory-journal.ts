import { bad, good, type Problem } from '../../src/problem.ts'
import { continueChain, GENESIS } from '../../src/runs/chain.ts'
import type { Entry, RunEvent } from '../../src/runs/events.ts'
import { fold } from '../../src/runs/fold.ts'
import type { Appended, Journal, Opened } from '../../src/runs/journal.ts'
import type { Leases, Take } from '../../src/runs/leases.ts'
import type { RunRecord } from '../../src/runs/state.ts'
import { ulid } from '../../src/runs/ulid.ts'

export interface MemoryJournal extends Journal {
  /** Types of a run's events, in order. */
  types(run: string): string[]
  /** While it is set, nothing can be written. */
  away: boolean
  /** Called with every event before it is written; may write something itself, which then came first. */
  beforeAppend: ((event: RunEvent, run: string) => void | Promise<void>) | undefined
  /** Called with every event once it is written. */
  afterAppend: ((event: RunEvent, run: string) => void) | undefined
}

const AWAY: Problem = {
  code: 'journal-unavailable',
  message: 'NOT accepted: the journal cannot be written (Redis at 127.0.0.1:6379: connect ECONNREFUSED).',
  stillTrue: 'Nothing will run.',
}

/** A journal in memory with the real chain and fold, and a real compare-and-set. `time` stands for Redis TIME. */
export function createMemoryJournal(time: () => number): MemoryJournal {
  const runs = new Map<string, string[]>()
  const opened = new Map<string, Opened>()
  const load = (run: string): RunRecord | undefined => {
    const lines = runs.get(run)
    // What Redis gives back has been text in between.
    const entries = lines?.map(line => JSON.parse(line) as Entry)
    return entries && { entries, state: fold(entries) }
  }
  const journal: MemoryJournal = {
    away: false,
    beforeAppend: undefined,
    afterAppend: undefined,
    types: run => (load(run)?.entries ?? []).map(entry => entry.event.type),
    async open(dedupe) {
      if (journal.away) return bad(AWAY)
      const number = 42 + opened.size
      const one = opened.get(dedupe) ?? { run: ulid(time(), Buffer.alloc(10, number)), number }
      opened.set(dedupe, one)
      return good(one)
    },
    async append(at, events, by): Promise<Appended> {
      if (journal.away) return { kind: 'unavailable', problem: AWAY }
      const head = 'run' in at ? { ...at, seq: 0, hash: GENESIS, at: 0 } : headOf(at)
      for (const event of events) await journal.beforeAppend?.(event, head.run)
      const now = load(head.run)
      if ((now?.entries.length ?? 0) !== head.seq && now) return { kind: 'conflict', record: now }
      const entries = continueChain(head, events, time(), by)
      runs.set(head.run, [...(runs.get(head.run) ?? []), ...entries.map(entry => JSON.stringify(entry))])
      for (const event of events) journal.afterAppend?.(event, head.run)
      const record = load(head.run)
      if (!record) throw new Error('nothing was written')
      return { kind: 'appended', record }
    },
    load: async run => load(run),
    find: async number => [...opened.values()].find(one => one.number === number)?.run,
    list: async limit => [...opened.values()].reverse().slice(0, limit),
    active: async () => [...runs.keys()].filter(run => load(run)?.state.phase !== 'finished'),
    async *follow() {},
    compare: async ends => ({
      standings: ends.map(({ run, seq, hash }) => {
        const there = load(run)?.entries[seq - 1]
        return there === undefined ? 'lacks' : there.hash === hash ? 'has' : 'differs'
      }),
      highest: 41 + opened.size,
    }),
    restore: async () => ({ kind: 'complete' }),
    raise: async () => undefined,
    time: async () => {
      if (journal.away) throw new Error('connect ECONNREFUSED')
      return time()
    },
  }
  return journal
}

function headOf({ state }: RunRecord) {
  const { run, number, seq, head: hash, updatedAt: at } = state
  return { run, number, seq, hash, at }
}

/** Leases in memory, as the scripts in Redis keep them. */
export function createMemoryLeases(): Leases {
  const held = new Map<string, Opened & { since: number; epoch: number }>()
  const bumped = new Map<string, number>()
  let epoch = 0
  return {
    async take(cluster, { run, number }, since): Promise<Take> {
      const now = held.get(cluster)
      if (now && now.run !== run) return { taken: false, ...now }
      const mine = now ?? { run, number, since, epoch: ++epoch }
      held.set(cluster, mine)
      return { taken: true, epoch: mine.epoch }
    },
    async release(cluster, run, at) {
      const now = held.get(cluster)
      if (now?.run === run && now.epoch === at) held.delete(cluster)
    },
    holder: async cluster => held.get(cluster),
    async bump(cluster, run) {
      const now = held.get(cluster)
      const own = now?.run === run ? now.epoch : 0
      if (own > 0) held.delete(cluster)
      const known = bumped.get(`${cluster} ${run}`) ?? 0
      if (known > own) return known
      epoch = Math.max(epoch, own) + 1
      bumped.set(`${cluster} ${run}`, epoch)
      return epoch
    },
    async restore(cluster, { run, number, since }, at) {
      const now = held.get(cluster)
      epoch = Math.max(epoch, at)
      if (now && now.run !== run) return { taken: false, ...now }
      const mine = now && now.epoch >= at ? now : { run, number, since, epoch: at }
      held.set(cluster, mine)
      return { taken: true, epoch: mine.epoch }
    },
    async raise(_, at) {
      epoch = Math.max(epoch, at)
      return epoch
    },
  }
}
