import { entryHash, GENESIS } from '../../runs/chain.ts'
import type { Entry } from '../../runs/events.ts'
import { type Fault, rangesText } from './fault.ts'

/** Where a chain must end. */
export interface End {
  readonly run: string
  readonly number: number
  readonly seq: number
  readonly head: string
}

/**
 * Everything wrong with the lines of events.ndjson: altered, missing, added, repeated, out of order, or cut. `undefined` stands for a line
 * that is no entry. Without `end` (no readable seal) the chain is held against itself alone.
 */
export function checkEntries(lines: readonly (Entry | undefined)[], end: End | undefined): Fault[] {
  const entries = lines.filter(line => line !== undefined)
  const bySeq = new Map(entries.map(entry => [entry.seq, entry]))
  return [
    ...lines.flatMap((line, i) => (line ? [] : [{ where: `events.ndjson line ${i + 1}`, what: 'is not an entry' }])),
    ...entries.flatMap(ownFaults),
    ...(end ? entries.flatMap(entry => foreign(entry, end)) : []),
    ...order(entries),
    ...missing(bySeq, end),
    ...entries.flatMap(entry => link(entry, bySeq)),
    ...(end ? ending(bySeq, end) : []),
    ...beginning(bySeq.get(1)),
  ]
}

function ownFaults(entry: Entry): Fault[] {
  if (hasOwnHash(entry)) return []
  return [fault(entry, `was altered: what it says (${entry.event.type}) does not match its hash`)]
}

/** What is nested deeper than any of ours cannot be hashed at all. */
function hasOwnHash({ hash, ...body }: Entry): boolean {
  try {
    return entryHash(body) === hash
  } catch {
    return false
  }
}

function foreign(entry: Entry, { run, number }: End): Fault[] {
  if (entry.run === run && entry.number === number) return []
  return [fault(entry, `belongs to another run, #${entry.number} ${entry.run}`)]
}

function order(entries: readonly Entry[]): Fault[] {
  const seen = new Set<number>()
  let highest = 0
  return entries.flatMap(entry => {
    const isRepeated = seen.has(entry.seq)
    const isLate = entry.seq < highest
    seen.add(entry.seq)
    highest = Math.max(highest, entry.seq)
    if (isRepeated) return [fault(entry, 'stands there twice')]
    return isLate ? [fault(entry, `is out of order: it stands behind entry ${highest}`)] : []
  })
}

function missing(bySeq: ReadonlyMap<number, Entry>, end: End | undefined): Fault[] {
  const known = Math.max(0, ...bySeq.keys())
  const last = end?.seq ?? known
  const inside: number[] = []
  for (let seq = 1; seq <= Math.min(known, last); seq++) if (!bySeq.has(seq)) inside.push(seq)
  const gaps = inside.length > 0 ? [{ where: `entry ${rangesText(inside)}`, what: 'is missing' }] : []
  if (known >= last) return gaps
  const cut = Array.from({ length: last - known }, (_, i) => known + 1 + i)
  return [...gaps, { where: `entry ${rangesText(cut)}`, what: `was cut off: the seal knows ${last} entries` }]
}

function link(entry: Entry, bySeq: ReadonlyMap<number, Entry>): Fault[] {
  const before = entry.seq === 1 ? GENESIS : bySeq.get(entry.seq - 1)?.hash
  if (before === undefined || entry.prev === before) return []
  return [
    fault(entry, entry.seq === 1 ? 'is not the beginning of a chain' : `does not continue entry ${entry.seq - 1}`),
  ]
}

function ending(bySeq: ReadonlyMap<number, Entry>, { seq, head }: End): Fault[] {
  const last = bySeq.get(seq)
  const beyond = [...bySeq.keys()].filter(one => one > seq)
  return [
    ...(last && last.hash !== head ? [fault(last, 'is not the end that was sealed')] : []),
    ...(beyond.length > 0
      ? [
          {
            where: `entry ${rangesText(beyond)}`,
            what: `is not covered by the seal, which ends with entry ${seq}: it was added, or the run went on and is not sealed again yet`,
          },
        ]
      : []),
  ]
}

function beginning(first: Entry | undefined): Fault[] {
  return first && first.event.type !== 'requested'
    ? [fault(first, 'is not the request that every run begins with')]
    : []
}

function fault({ seq }: Entry, what: string): Fault {
  return { where: `entry ${seq}`, what }
}
