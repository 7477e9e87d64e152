import { isKeyMethod, openParameters } from './password-names.ts'
import type { Recent } from './recent.ts'

const [NEWLINE, SPACE] = [0x0a, 0x20]
const STONITH_HOST = 'stonith_host'

/** Where in a line that may hold a password the last word was. */
type Where =
  | { readonly at: 'elsewhere' | 'device-host' | 'device' | 'key' }
  /** So many parameters of a device may still be read. */
  | { readonly at: 'parameters'; readonly open: number }

const ELSEWHERE: Where = { at: 'elsewhere' }

/**
 * Finds passwords by the words before them in their line: the key of authkeys (`1 sha1 KEY`), and the parameters of a fence device in ha.cf
 * (`stonith_host * external/ipmi node1 192.0.2.1 admin PASSWORD lan`).
 */
export class PasswordLines {
  readonly #recent: Recent
  readonly #tell: (start: number, end: number) => void
  #where: Where = ELSEWHERE

  constructor(recent: Recent, tell: (start: number, end: number) => void) {
    this.#recent = recent
    this.#tell = tell
  }

  /** Nothing but the end of a word that `mayLead` makes a difference now. */
  get isCalm(): boolean {
    return this.#where === ELSEWHERE
  }

  /** The byte at `place`. */
  read(byte: number, place: number): void {
    if (byte > SPACE) {
      if (this.#isSecret()) this.#tell(place, place + 1)
      return
    }
    if (this.#recent.at(place - 1) > SPACE) this.#where = this.#after(place)
    if (byte === NEWLINE) this.#where = ELSEWHERE
  }

  #isSecret(): boolean {
    return this.#where.at === 'key' || (this.#where.at === 'parameters' && this.#where.open === 0)
  }

  /** Where we are behind the word that ends before `end`. */
  #after(end: number): Where {
    const where = this.#where
    switch (where.at) {
      case 'device-host':
        return { at: 'device' }
      case 'device':
        return { at: 'parameters', open: openParameters(this.#recent.wordBefore(end)) }
      case 'parameters':
        return { at: 'parameters', open: Math.max(0, where.open - 1) }
      case 'elsewhere':
      case 'key':
        return this.#beginsAfter(end)
    }
  }

  #beginsAfter(end: number): Where {
    if (!mayLead(this.#recent.at(end - 1))) return ELSEWHERE
    const word = this.#recent.wordBefore(end)
    // Something may stand in front of it: the sign of a difference, the name of a file.
    if (word.endsWith(STONITH_HOST)) return { at: 'device-host' }
    return isKeyMethod(word) && this.#isNumberBefore(end - word.length) ? { at: 'key' } : ELSEWHERE
  }

  /** Whether the word before the spaces before `end` ends with a digit, on the same line. */
  #isNumberBefore(end: number): boolean {
    let place = end - 1
    while (end - place < MOST_SPACES && this.#recent.at(place) <= SPACE && this.#recent.at(place) !== NEWLINE)
      place -= 1
    return isDigit(this.#recent.at(place))
  }
}

const MOST_SPACES = 8

/** Whether a word that ends with this byte may be one that a password comes after: sha1, md5, stonith_host. */
export function mayLead(byte: number): boolean {
  return LEADS[byte] === 1
}

const LEADS = Uint8Array.from({ length: 256 }, (_, byte) => ('15t'.includes(String.fromCharCode(byte)) ? 1 : 0))

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}
