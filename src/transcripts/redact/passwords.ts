import { Assignments } from './assignments.ts'
import { mayLead, PasswordLines } from './password-lines.ts'
import { Recent } from './recent.ts'
import { addSpan, applySpan, type Span } from './spans.ts'
import type { RedactingStream } from './stream.ts'

const NOTHING = Buffer.alloc(0)
/** No label: its length depends on that of the password, which is not known while it is passed on. */
const STARS = Buffer.alloc(0)

/**
 * Masks passwords of cluster configuration that nobody told us, by what stands around them: settings called `passwd` and the like, keys of
 * authkeys, parameters of fence devices. Same length, and the same result however the bytes were cut.
 */
export function passwordStream(found: (span: Span) => void = () => undefined): RedactingStream {
  return new PasswordStream(found)
}

class PasswordStream implements RedactingStream {
  readonly #recent = new Recent()
  readonly #assignments: Assignments
  readonly #lines: PasswordLines
  #base = 0
  #end = 0
  #held: Buffer = NOTHING
  #spans: Span[] = []

  constructor(found: (span: Span) => void) {
    const tell = (start: number, end: number) => {
      const span = { start, end, mask: STARS }
      const last = this.#spans.at(-1)
      if (last && last.end === start) this.#spans[this.#spans.length - 1] = { ...last, end }
      else addSpan(this.#spans, span)
      found(span)
    }
    this.#assignments = new Assignments(this.#recent, tell)
    this.#lines = new PasswordLines(this.#recent, tell)
  }

  write(chunk: Buffer): Buffer {
    this.#scan(chunk)
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    return this.#release(bytes, this.#assignments.heldFrom(this.#end))
  }

  flush(): Buffer {
    this.#assignments.end(this.#end)
    return this.#release(this.#held, this.#end)
  }

  /** The hot loop: most bytes make no difference, and most spaces neither. The index is in bounds, which is what the `as number` says. */
  #scan(chunk: Buffer): void {
    this.#recent.begin(chunk, this.#end)
    let isCalm = this.#isCalm()
    let before = this.#recent.at(this.#end - 1)
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index] as number
      const matters = !isCalm || MATTERS[byte] === 1 || (byte <= SPACE && mayLead(before))
      before = byte
      if (!matters) continue
      this.#assignments.read(byte, this.#end + index)
      this.#lines.read(byte, this.#end + index)
      isCalm = this.#isCalm()
    }
    this.#recent.end()
    this.#end += chunk.length
  }

  #isCalm(): boolean {
    return this.#assignments.isCalm && this.#lines.isCalm
  }

  #release(bytes: Buffer, until: number): Buffer {
    const ready = bytes.subarray(0, until - this.#base)
    const masked = this.#spans.length === 0 ? ready : Buffer.from(ready)
    for (const span of this.#spans) applySpan(masked, this.#base, span)
    this.#base = until
    this.#held = Buffer.from(bytes.subarray(ready.length))
    this.#spans = this.#spans.filter(span => span.end > until)
    return masked
  }
}

const SPACE = 0x20
const MATTERS = Uint8Array.from({ length: 256 }, (_, byte) => ('"\'<=>'.includes(String.fromCharCode(byte)) ? 1 : 0))
