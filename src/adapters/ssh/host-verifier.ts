import type { Verdict } from './pins.ts'

/** A host key as it was presented, and what was made of it. `verdict` is absent when judging it failed. */
export interface SeenKey {
  readonly key: Buffer
  readonly verdict?: Verdict
}

interface HostVerifier {
  /** For ssh2's `hostVerifier`; always answers at once and always with a real boolean. */
  readonly verify: (key: Buffer) => boolean
  /** The key of the last handshake, for the words of a refusal; undefined before the host presented one. */
  seen(): SeenKey | undefined
}

/**
 * A verifier that fails closed. ssh2 accepts a host on everything but a strict `false`: a promise, null, 0 and
 * `verify(undefined)` all let it in (§3.1). So anything other than `trusted` is false here, exceptions included.
 */
export function strictHostVerifier(judge: (key: Buffer) => Verdict): HostVerifier {
  let seen: SeenKey | undefined
  function verify(key: Buffer): boolean {
    seen = { key }
    try {
      const verdict = judge(key)
      seen = { key, verdict }
      return verdict.kind === 'trusted'
    } catch {
      return false
    }
  }
  return { verify, seen: () => seen }
}
