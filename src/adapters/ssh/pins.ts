import type { Problem } from '../../problem.ts'
import { hostPortName } from './host-patterns.ts'
import { fingerprintOf } from './key-blob.ts'
import { entryNames, type KnownHosts } from './known-hosts.ts'

/** A host key somebody wrote into known_hosts, with the place it stands at. */
export interface Pin {
  readonly type: string
  readonly fingerprint: string
  readonly file: string
  readonly line: number
  readonly key: Buffer
}

/** Everything known_hosts says about one host. */
export interface Pins {
  /** The name that was looked up: `host` or `[host]:port`. */
  readonly name: string
  readonly file: string
  readonly trusted: readonly Pin[]
  readonly revoked: readonly Pin[]
  /** Lines of the file that pin nothing; the missing pin may be one of them. */
  readonly badLines: readonly Problem[]
}

/** What a key presented by a host is worth. Only `trusted` may ever lead to a connection. */
export type Verdict =
  | { readonly kind: 'trusted'; readonly pin: Pin }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'changed'; readonly pinned: readonly Pin[] }
  | { readonly kind: 'revoked'; readonly pin: Pin }

/** The pins of `host` on `port`. A port other than 22 needs an entry `[host]:port`; there is no falling back to `host`. */
export function pinsOf(known: KnownHosts, host: string, port: number): Pins {
  const name = hostPortName(host, port)
  const trusted: Pin[] = []
  const revoked: Pin[] = []
  for (const entry of known.entries) {
    if (!entryNames(entry, name)) continue
    const { type, key, line } = entry
    const pin: Pin = { type, key, line, file: known.file, fingerprint: fingerprintOf(key) }
    if (entry.marker === 'revoked') revoked.push(pin)
    else trusted.push(pin)
  }
  return { name, file: known.file, trusted, revoked, badLines: known.problems }
}

/**
 * Judges a presented key. A host that has pins and presents none of them is `changed`, whatever the key's type: the
 * pinned types are offered first (algorithms.ts), so it would have used a pinned key if it still had it.
 */
export function judge(pins: Pins, presented: Buffer): Verdict {
  const revoked = pins.revoked.find(pin => pin.key.equals(presented))
  if (revoked) return { kind: 'revoked', pin: revoked }
  const match = pins.trusted.find(pin => pin.key.equals(presented))
  if (match) return { kind: 'trusted', pin: match }
  return pins.trusted.length > 0 ? { kind: 'changed', pinned: pins.trusted } : { kind: 'unknown' }
}
