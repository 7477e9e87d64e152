import { createHash } from 'node:crypto'
import { passwordStream } from './passwords.ts'

/**
 * Fingerprints of what is masked by its shape, by line (from 0): two texts may look alike only because of their masks. They are for
 * comparing in memory, and never stored: a short password could be found out by its fingerprint.
 */
export function hiddenIn(text: string): ReadonlyMap<number, string> {
  const bytes = Buffer.from(text, 'utf8')
  return byLine(bytes, hiddenBytes(bytes))
}

/** Passwords that can be masked wherever they turn up, as they are written and as XML means them. */
export function passwordsIn(text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8')
  const isHidden = hiddenBytes(bytes)
  const found = new Set<string>()
  for (let start = isHidden.indexOf(1); start >= 0; ) {
    const next = isHidden.indexOf(0, start)
    const end = next < 0 ? bytes.length : next
    const written = bytes.subarray(start, end).toString('utf8')
    for (const value of [written, unescaped(written)]) if (isUncommon(value)) found.add(value)
    start = isHidden.indexOf(1, end)
  }
  return [...found]
}

/** Shorter ones, and these, would mask half of what nodes print. */
const SHORTEST = 6
const COMMON: ReadonlySet<string> = new Set(['password', 'passwd', 'administrator', 'lanplus', 'public', 'private'])

function isUncommon(value: string): boolean {
  return value.length >= SHORTEST && !COMMON.has(value.toLowerCase())
}

function unescaped(value: string): string {
  const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return value.replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => characters[name] ?? '')
}

/** 1 for every byte that is masked by its shape. */
function hiddenBytes(bytes: Buffer): Uint8Array {
  const isHidden = new Uint8Array(bytes.length)
  const stream = passwordStream(({ start, end }) => isHidden.fill(1, start, end))
  stream.write(bytes)
  stream.flush()
  return isHidden
}

const NEWLINE = 0x0a

function byLine(bytes: Buffer, isHidden: Uint8Array): ReadonlyMap<number, string> {
  const prints = new Map<number, string>()
  if (!isHidden.includes(1)) return prints
  let start = 0
  for (let line = 0; start < bytes.length; line++) {
    const next = bytes.indexOf(NEWLINE, start)
    const end = next < 0 ? bytes.length : next
    const hidden = bytes.subarray(start, end).filter((_, index) => isHidden[start + index] === 1)
    if (hidden.length > 0) prints.set(line, createHash('sha256').update(hidden).digest('hex'))
    start = end + 1
  }
  return prints
}
