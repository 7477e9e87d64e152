import type { Problem } from '../../problem.ts'
import { type HashedName, hashedNameMatches, parseHashedName, patternListMatches } from './host-patterns.ts'
import { keyTypeOf } from './key-blob.ts'

/** One usable line of a known_hosts file. */
interface HostEntry {
  /** From 1. */
  readonly line: number
  readonly marker: 'none' | 'revoked'
  readonly names: string | HashedName
  readonly type: string
  /** The public key in SSH's wire form. */
  readonly key: Buffer
}

export interface KnownHosts {
  readonly file: string
  readonly entries: readonly HostEntry[]
  /** Lines that count for nothing, each with its number; a bad line never hides a good one. */
  readonly problems: readonly Problem[]
}

const LINE = /^(?:(@\S*)[ \t]+)?(\S+)[ \t]+(\S+)[ \t]+(\S+)(?:[ \t].*)?$/

/**
 * Reads a known_hosts file as sshd(8) describes it: plain and hashed names, `[host]:port`, patterns, `@revoked`.
 * `@cert-authority` lines are reported and pin nothing, because ssh2 knows no host certificates (§3.1).
 */
export function parseKnownHosts(text: string, file: string): KnownHosts {
  const entries: HostEntry[] = []
  const problems: Problem[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.replace(/\r$/, '').replace(/^[ \t]+/, '')
    if (content === '' || content.startsWith('#')) continue
    const read = parseLine(content, index + 1)
    if (typeof read === 'string') problems.push(badLine(file, index + 1, read))
    else entries.push(read)
  }
  return { file, entries, problems }
}

/** Whether an entry speaks of `name` (`host`, or `[host]:port`; lower case). */
export function entryNames(entry: HostEntry, name: string): boolean {
  return typeof entry.names === 'string' ? patternListMatches(entry.names, name) : hashedNameMatches(entry.names, name)
}

function parseLine(content: string, line: number): HostEntry | string {
  const [whole, mark, names = '', type = '', key64 = ''] = LINE.exec(content) ?? []
  if (whole === undefined) return 'it is not "names keytype key"'
  const marker = mark === undefined ? 'none' : markerOf(mark)
  if (marker === 'cert-authority') return '@cert-authority is not supported: host certificates pin nothing here'
  if (marker === undefined || names.startsWith('@'))
    return `its marker ${mark ?? ''} is not one of @revoked, @cert-authority`
  const owner = names.startsWith('|') ? parseHashedName(names) : names
  if (owner === undefined) return 'its hashed name is not |1|salt|hash'
  const key = readKey(type, key64)
  return key ? { line, marker, names: owner, type, key } : `its key is not a valid ${type} key`
}

function markerOf(mark: string): 'revoked' | 'cert-authority' | undefined {
  if (mark === '@revoked') return 'revoked'
  return mark === '@cert-authority' ? 'cert-authority' : undefined
}

function readKey(type: string, key64: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key64)) return undefined
  const key = Buffer.from(key64, 'base64')
  return keyTypeOf(key) === type ? key : undefined
}

function badLine(file: string, line: number, why: string): Problem {
  return {
    code: 'bad-known-hosts-line',
    message: `This line pins nothing: ${why}.`,
    place: { file, line, column: 1 },
    stillTrue: 'The other lines of the file count.',
    next: 'Correct the line or remove it.',
  }
}
