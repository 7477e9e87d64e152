import { endsAsPassword } from './password-names.ts'
import type { Recent } from './recent.ts'

const [TAB, NEWLINE, RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20]
const [DOUBLE, SINGLE, LESS, EQUALS, GREATER, BACKSLASH] = [0x22, 0x27, 0x3c, 0x3d, 0x3e, 0x5c]

/** A longer one is no password. */
const LONGEST_VALUE = 1024
/** Spaces around an equals sign. */
const MOST_SPACES = 8
/** So much of a tag is held back, at most, until its `name` is known. */
export const LONGEST_TAG = 4096

/** What stands before the equals sign. */
type Role = 'password' | 'name' | 'value'

/** A value that is masked while it is read. */
interface Masking {
  readonly start: number
  /** What ends it; 0: a space. */
  readonly quote: number
  /** The quote itself was written `\"`. */
  readonly escaped: boolean
}

interface Awaited {
  readonly role: Role
  spaces: number
  backslash: boolean
}

/** A `value` that was read before the `name` of its tag. */
interface Pending {
  readonly start: number
  readonly quote: number
  end: number | undefined
}

/**
 * Finds values of settings whose name says that they are passwords: `passwd="…"`, `password=…`, and `value="…"` of a tag that has
 * `name="passwd"`, in either order. Reads byte by byte, and says by places what is to be masked.
 */
export class Assignments {
  readonly #recent: Recent
  readonly #tell: (start: number, end: number) => void
  #masking: Masking | undefined
  /** A backslash that may belong to the end of a value. */
  #doubt: number | undefined
  /** An equals sign was read: the value of this follows. */
  #awaited: Awaited | undefined
  /** The quote that ends the name of a tag, 0 outside of it. */
  #nameQuote = 0
  #isInTag = false
  /** The tag is about a password; undefined until its name is known. */
  #isAboutPassword: boolean | undefined
  #pending: Pending | undefined

  constructor(recent: Recent, tell: (start: number, end: number) => void) {
    this.#recent = recent
    this.#tell = tell
  }

  /** Nothing but quotes, angle brackets and equals signs makes a difference now. */
  get isCalm(): boolean {
    return this.#masking === undefined && this.#awaited === undefined && this.#pending === undefined
  }

  /** The byte at `place`. */
  read(byte: number, place: number): void {
    if (this.#pending?.end === undefined && byte === this.#pending?.quote) this.#pending.end = place
    if (this.#masking) this.#mask(this.#masking, byte, place)
    else if (this.#awaited) this.#begin(this.#awaited, byte, place)
    else if (STOPS[byte] === 1) this.#stop(byte, place)
    const pending = this.#pending
    if (pending && place - pending.start >= LONGEST_TAG) this.#decide(true, place + 1)
  }

  /** Nothing from here on may be passed on yet. */
  heldFrom(end: number): number {
    return Math.min(end, this.#pending?.start ?? end, this.#doubt ?? end)
  }

  /** The stream ends: what is not known to be none is masked. */
  end(place: number): void {
    if (this.#doubt !== undefined) this.#tell(this.#doubt, place)
    if (this.#pending) this.#decide(true, place)
  }

  #stop(byte: number, place: number): void {
    if (this.#nameQuote !== 0) this.#name(byte, place)
    else if (byte === EQUALS) this.#assign(place)
    else if (byte === LESS || byte === GREATER) this.#tag(byte === LESS)
  }

  #tag(opens: boolean): void {
    this.#isInTag = opens
    this.#isAboutPassword = undefined
    this.#pending = undefined
  }

  #name(byte: number, place: number): void {
    if (byte === LESS || byte === this.#nameQuote) this.#nameQuote = 0
    if (byte === LESS) this.#tag(true)
    else if (this.#nameQuote === 0) {
      this.#isAboutPassword = endsAsPassword(this.#recent.at, place)
      if (this.#pending) this.#decide(this.#isAboutPassword, place)
    }
  }

  /** Whether what was held back is a password is known now. */
  #decide(isPassword: boolean, place: number): void {
    const pending = this.#pending
    this.#pending = undefined
    if (!pending || !isPassword) return
    this.#tell(pending.start, pending.end ?? place)
    if (pending.end === undefined) this.#masking = { ...pending, escaped: false }
  }

  #assign(place: number): void {
    const role = this.#roleBefore(place)
    if (role) this.#awaited = { role, spaces: 0, backslash: false }
  }

  #roleBefore(place: number): Role | undefined {
    const { at } = this.#recent
    let end = place
    while (place - end < MOST_SPACES && isSpace(at(end - 1))) end -= 1
    if (endsAsPassword(at, end)) return 'password'
    if (isWord('name', at, end)) return 'name'
    return isWord('value', at, end) ? 'value' : undefined
  }

  #begin(awaited: Awaited, byte: number, place: number): void {
    const isQuote = byte === DOUBLE || byte === SINGLE
    if (isSpace(byte) && !awaited.backslash && awaited.spaces < MOST_SPACES) {
      awaited.spaces += 1
      return
    }
    if (byte === BACKSLASH && !awaited.backslash && awaited.role === 'password') {
      awaited.backslash = true
      this.#doubt = place
      return
    }
    this.#awaited = undefined
    const from = this.#doubt
    this.#doubt = undefined
    if (awaited.role === 'password') {
      if (isQuote) this.#masking = { start: place + 1, quote: byte, escaped: awaited.backslash }
      else if (from !== undefined || endsBare(byte) === 0) this.#bare(from ?? place, byte, place)
    } else if (isQuote) this.#quoted(awaited.role, byte, place)
    else if (STOPS[byte] === 1) this.#stop(byte, place)
  }

  #bare(start: number, byte: number, place: number): void {
    if (start < place) this.#tell(start, place)
    this.#masking = { start, quote: 0, escaped: false }
    this.#mask(this.#masking, byte, place)
  }

  #quoted(role: 'name' | 'value', quote: number, place: number): void {
    if (role === 'name') this.#nameQuote = quote
    else if (this.#isAboutPassword) this.#masking = { start: place + 1, quote, escaped: false }
    else if (this.#isInTag && this.#isAboutPassword === undefined)
      this.#pending = { start: place + 1, quote, end: undefined }
  }

  #mask({ start, quote, escaped }: Masking, byte: number, place: number): void {
    const doubt = this.#doubt
    this.#doubt = undefined
    const ends =
      byte === NEWLINE || place - start >= LONGEST_VALUE || (quote === 0 ? endsBare(byte) === 1 : byte === quote)
    // The backslash before a quote that ends it is no part of the value.
    if (doubt !== undefined && byte !== quote) this.#tell(doubt, place)
    if (ends) {
      this.#masking = undefined
      if (byte === LESS || byte === GREATER) this.#tag(byte === LESS)
      return
    }
    if (escaped && byte === BACKSLASH) this.#doubt = place
    else this.#tell(place, place + 1)
  }
}

const STOPS = Uint8Array.from({ length: 256 }, (_, byte) =>
  [DOUBLE, SINGLE, LESS, EQUALS, GREATER].includes(byte) ? 1 : 0,
)

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === TAB
}

function endsBare(byte: number): 0 | 1 {
  return byte === NEWLINE || byte === RETURN || isSpace(byte) || (STOPS[byte] === 1 && byte !== EQUALS) ? 1 : 0
}

/** Whether this word, and no longer one, ends before `end`. */
function isWord(word: 'name' | 'value', at: (place: number) => number, end: number): boolean {
  for (let index = 0; index < word.length; index++)
    if (at(end - word.length + index) !== word.charCodeAt(index)) return false
  const before = at(end - word.length - 1)
  return isSpace(before) || before === NEWLINE || before === RETURN || before === 0
}
