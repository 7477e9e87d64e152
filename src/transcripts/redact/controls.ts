/**
 * What a terminal does not show: escape sequences, control characters and characters without a width. A value that is interrupted by them
 * is still there to be read (security-and-audit.md §5.2). Tab and newline are text. Bytes are UTF-8; a bare 0x9b is no control.
 */
export interface Control {
  /** Where in the stream its first byte is. */
  readonly start: number
  inside: Inside
}

/** Where in a control the last byte was. */
export type Inside =
  | 'escape'
  | 'designation'
  | 'csi'
  | 'string'
  | 'string-escape'
  | 'string-c2'
  | 'c2'
  | 'd8'
  | 'e2'
  | 'e2-80'
  | 'e2-81'
  | 'ef'
  | 'ef-bb'

/** `whole`: this byte ends it. `none`: it was no control after all; what was passed over is text, this byte may begin another one. */
type Follows = Inside | 'whole' | 'none'

/** A longer one is none: nobody may hold back output by opening a title and never closing it. */
export const LONGEST_CONTROL = 4096

/** Whatever colours text is not longer. */
const SHORT = 64

const ESC = 0x1b
const BEL = 0x07
const BACKSLASH = 0x5c
const LEADS: ReadonlyMap<number, Inside> = new Map([
  [ESC, 'escape'],
  [0xc2, 'c2'],
  [0xd8, 'd8'],
  [0xe2, 'e2'],
  [0xef, 'ef'],
])
/** DCS, SOS, OSC, PM, APC after ESC; as C1 characters they are 0x40 higher. */
const STRING_OPENERS = new Set([0x50, 0x58, 0x5d, 0x5e, 0x5f])

/** 1 for every byte that is or may begin a control. */
export const SUSPECTS = Uint8Array.from({ length: 256 }, (_, byte) => (LEADS.has(byte) || isSingle(byte) ? 1 : 0))

/** What a byte of text begins: a control of several bytes, a whole one, or none. */
export function beginning(byte: number): Follows {
  return BEGINNINGS[byte] ?? 'none'
}

const BEGINNINGS: readonly Follows[] = Array.from(
  { length: 256 },
  (_, byte) => LEADS.get(byte) ?? (isSingle(byte) ? 'whole' : 'none'),
)

/** Whether this byte, which may begin a control, surely does not: what it stands for is a character, and all of it is there. */
export function isCharacter(bytes: Buffer, index: number): boolean {
  const byte = bytes[index]
  const second = bytes[index + 1] ?? 0
  if (second < 0x80) return false
  if (byte === 0xc2) return second >= 0xa0
  if (byte === 0xe2 && second !== 0x80 && second !== 0x81) return true
  if (byte === 0xef && second !== 0xbb) return true
  if (byte === 0xd8) return second !== 0x9c
  const third = bytes[index + 2] ?? 0
  if (third < 0x80 || byte === ESC) return false
  if (byte === 0xef) return third !== 0xbf
  return byte === 0xe2 && following(second === 0x80 ? 'e2-80' : 'e2-81', third) === 'none'
}

function isSingle(byte: number): boolean {
  return byte < 0x09 || (byte > 0x0a && byte < 0x20) || byte === 0x7f
}

export function following(inside: Inside, byte: number): Follows {
  return FOLLOWING[inside](byte)
}

const FOLLOWING: Readonly<Record<Inside, (byte: number) => Follows>> = {
  escape: afterEscape,
  designation: byte => (isIntermediate(byte) ? 'designation' : wholeFrom(0x30, byte)),
  csi: byte => (isIntermediate(byte) || (byte >= 0x30 && byte < 0x40) ? 'csi' : wholeFrom(0x40, byte)),
  string: inString,
  'string-escape': byte => (byte === BACKSLASH ? 'whole' : 'none'),
  'string-c2': byte => (byte === 0x9c ? 'whole' : isC1(byte) ? 'none' : inString(byte)),
  c2: byte => (isC1(byte) ? afterC1(byte) : 'none'),
  // Arabic letter mark; zero widths, separators, bidirectional controls (U+200B–200F, 2028–202E, 2060–2069); byte order mark.
  d8: byte => (byte === 0x9c ? 'whole' : 'none'),
  e2: byte => (byte === 0x80 ? 'e2-80' : byte === 0x81 ? 'e2-81' : 'none'),
  'e2-80': byte => ((byte >= 0x8b && byte <= 0x8f) || (byte >= 0xa8 && byte <= 0xae) ? 'whole' : 'none'),
  'e2-81': byte => (byte >= 0xa0 && byte <= 0xa9 ? 'whole' : 'none'),
  ef: byte => (byte === 0xbb ? 'ef-bb' : 'none'),
  'ef-bb': byte => (byte === 0xbf ? 'whole' : 'none'),
}

function afterEscape(byte: number): Follows {
  if (byte === 0x5b) return 'csi'
  if (STRING_OPENERS.has(byte)) return 'string'
  return isIntermediate(byte) ? 'designation' : wholeFrom(0x30, byte)
}

function afterC1(byte: number): Follows {
  if (byte === 0x9b) return 'csi'
  return STRING_OPENERS.has(byte - 0x40) ? 'string' : 'whole'
}

/** A string ends with its line: what follows a title that was never closed must not be taken for a part of it. */
function inString(byte: number): Follows {
  if (byte === BEL) return 'whole'
  if (byte === ESC) return 'string-escape'
  if (byte === 0x0a) return 'none'
  return byte === 0xc2 ? 'string-c2' : 'string'
}

function isIntermediate(byte: number): boolean {
  return byte >= 0x20 && byte < 0x30
}

function isC1(byte: number): boolean {
  return byte >= 0x80 && byte < 0xa0
}

function wholeFrom(first: number, byte: number): Follows {
  return byte >= first && byte <= 0x7e ? 'whole' : 'none'
}

/** Where an ESC [ sequence that begins here ends, if all of it is there and it is a short one; else 0. */
export function endOfCsi(bytes: Buffer, from: number): number {
  if (bytes[from] !== ESC || bytes[from + 1] !== 0x5b) return 0
  const last = Math.min(bytes.length, from + SHORT)
  let at = from + 2
  while (at < last && ((bytes[at] ?? 0) & 0xe0) === 0x20) at++
  const final = at < last ? (bytes[at] ?? 0) : 0
  return final >= 0x40 && final <= 0x7e ? at + 1 : 0
}

/** How many bytes of something that turned out to be no control are not text all the same: its opening. */
export function openingOf(inside: Inside): 0 | 1 | 2 {
  switch (inside) {
    case 'escape':
    case 'designation':
      return 1
    case 'csi':
    case 'string':
    case 'string-escape':
    case 'string-c2':
      return 2
    default:
      return 0
  }
}
