import { createHmac } from 'node:crypto'

/** The name OpenSSH keeps a host under: `host`, or `[host]:port` when the port is not 22. */
export function hostPortName(host: string, port: number): string {
  const lower = host.toLowerCase()
  return port === 22 ? lower : `[${lower}]:${port}`
}

/** A hashed name of known_hosts: HMAC-SHA1 of the host's name under a salt of 20 bytes. */
export interface HashedName {
  readonly salt: Buffer
  readonly hash: Buffer
}

/** Reads `|1|salt|hash`; undefined when it is not of that form. */
export function parseHashedName(text: string): HashedName | undefined {
  const [before, magic, salt64, hash64, ...rest] = text.split('|')
  if (before !== '' || magic !== '1' || salt64 === undefined || hash64 === undefined || rest.length > 0)
    return undefined
  const salt = Buffer.from(salt64, 'base64')
  const hash = Buffer.from(hash64, 'base64')
  return salt.length === 20 && hash.length === 20 ? { salt, hash } : undefined
}

/** Whether a hashed name stands for `name` (see `hostPortName`). */
export function hashedNameMatches(hashed: HashedName, name: string): boolean {
  return createHmac('sha1', hashed.salt).update(name).digest().equals(hashed.hash)
}

/**
 * Whether `name` matches a comma-separated list of patterns with `*`, `?` and `!`, as `match_pattern_list` of OpenSSH:
 * one negated match refuses the whole list, and a list of negations alone matches nothing.
 */
export function patternListMatches(list: string, name: string): boolean {
  const patterns = list.toLowerCase().split(',')
  const refused = patterns.some(pattern => pattern.startsWith('!') && globMatches(pattern.slice(1), name))
  return !refused && patterns.some(pattern => !pattern.startsWith('!') && globMatches(pattern, name))
}

/** `*` is any run of characters, `?` any one; linear in practice, so a hostile pattern cannot stall a connect. */
function globMatches(pattern: string, name: string): boolean {
  let at = 0
  let star = -1
  let resume = 0
  let next = 0
  while (next < name.length) {
    const wanted = pattern[at]
    if (wanted === '*') {
      star = at++
      resume = next
    } else if (wanted === '?' || wanted === name[next]) {
      at++
      next++
    } else if (star >= 0) {
      at = star + 1
      next = ++resume
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
