import { canonicalJson, sha256 } from '../canonical.ts'
import type { Entry, RunEvent } from './events.ts'

/** `prev` of the first entry of every run. */
export const GENESIS = '0'.repeat(64)

/** Where a run's chain ends: what the next entry continues. */
export interface Head {
  readonly run: string
  readonly number: number
  readonly seq: number
  readonly hash: string
  readonly at: number
}

/** The hash of an entry: SHA-256 over everything else in it, `prev` included. */
export function entryHash(entry: Omit<Entry, 'hash'>): string {
  return sha256(canonicalJson(entry))
}

/** Entries that continue a chain with `events`. Time never runs backwards along a chain. */
export function continueChain(head: Head, events: readonly RunEvent[], at: number, by: string): Entry[] {
  const entries: Entry[] = []
  let prev = head.hash
  let seq = head.seq
  for (const event of events) {
    seq += 1
    const body = { run: head.run, number: head.number, seq, at: Math.max(at, head.at), by, prev, event }
    const hash = entryHash(body)
    entries.push({ ...body, hash })
    prev = hash
  }
  return entries
}

/** The first entry that does not follow from the one before it, or undefined when the chain is whole. */
export function brokenAt(entries: readonly Entry[]): number | undefined {
  let prev = GENESIS
  for (const [index, { hash, ...body }] of entries.entries()) {
    if (body.seq !== index + 1 || body.prev !== prev || entryHash(body) !== hash) return index + 1
    prev = hash
  }
  return undefined
}
