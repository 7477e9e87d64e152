import type { Entry } from '../../runs/events.ts'
import type { Fault } from './fault.ts'

/** What somebody else remembers of a chain: the hash of its last entry (or the beginning of it), and which entry that was. */
export interface Witness {
  readonly hash: string
  readonly seq?: number
}

/** Of a hash this much must be given: less could be met by chance. */
const SHORTEST = 12
/** As much as is posted: enough that nobody finds another chain with the same. */
const SHOWN = 16

/** How the head of a chain is handed to witnesses: `27:9b2f0c1d2e3f4a5b`. */
export function witnessText({ seq, head }: { readonly seq: number; readonly head: string }): string {
  return `${seq}:${head.slice(0, SHOWN)}`
}

/** Reads `27:9b2f…` or a hash alone; undefined when it is neither. */
export function parseWitness(text: string): Witness | undefined {
  const [, seq, hash] = /^(?:(\d{1,9}):)?([0-9a-f]+)…?$/i.exec(text.trim()) ?? []
  if (hash === undefined || hash.length < SHORTEST || hash.length > 64) return undefined
  return { hash: hash.toLowerCase(), ...(seq !== undefined && { seq: Number(seq) }) }
}

export type Testimony =
  | { readonly kind: 'agrees'; readonly note: string }
  | { readonly kind: 'contradicts'; readonly fault: Fault }

/** Holds a chain against what a witness remembers: a signature cannot tell that an older, shorter bundle was put back. */
export function hearWitness(entries: readonly Entry[], { hash, seq }: Witness): Testimony {
  const known = entries.find(entry => entry.hash.startsWith(hash) && (seq === undefined || entry.seq === seq))
  const last = entries.at(-1)?.seq ?? 0
  if (known && known.seq === last) return { kind: 'agrees', note: `the witness saw the same end, entry ${last}` }
  if (known)
    return { kind: 'agrees', note: `the witness saw entry ${known.seq}; ${last - known.seq} more came after it` }
  if (seq === undefined)
    return contradiction(
      'the witness',
      `saw an end (${hash.slice(0, SHOWN)}) that is not in this chain: it was cut or written anew`,
    )
  return seq > last
    ? contradiction(
        `entry ${last + 1 === seq ? seq : `${last + 1} to ${seq}`}`,
        `was cut off: the witness knows entry ${seq}`,
      )
    : contradiction(`entry ${seq}`, 'is not the one that the witness saw: the chain was written anew')
}

function contradiction(where: string, what: string): Testimony {
  return { kind: 'contradicts', fault: { where, what } }
}
