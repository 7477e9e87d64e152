import type { Problem } from '../problem.ts'
import { type Automaton, buildAutomaton } from './redact/automaton.ts'
import { formsOf } from './redact/forms.ts'
import { hiddenIn, passwordsIn } from './redact/hidden.ts'
import { passwordStream } from './redact/passwords.ts'
import type { Pattern } from './redact/pattern.ts'
import { SHAPES } from './redact/shapes.ts'
import { maskOf } from './redact/spans.ts'
import { inTurn, type RedactingStream, redactingStream } from './redact/stream.ts'

/** Shorter values would mask ordinary words; longer ones are files, not secrets. */
const SHORTEST_CHARACTERS = 4
const LONGEST_BYTES = 8192

/**
 * Masks secrets in everything that is stored or shown (security-and-audit.md §5.2): by value, also where escape sequences interrupt it, and
 * by what they look like private keys, AWS keys, Slack tokens, and passwords in the configuration of a cluster. One per process.
 */
export interface Redactor {
  /** From now on this value is masked as `[redacted:name]`. A problem when it cannot be: too short, or far too long. */
  register(name: string, value: string | Buffer): Problem | undefined
  /** Masks by value what stands in this text as a password, wherever it turns up; ordinary words excepted. */
  learn(name: string, text: string): void
  /** For bytes that come in pieces: one per stream. The result does not depend on how they were cut. */
  stream(): RedactingStream
  /** For bytes that are all there. Same length. */
  mask(bytes: Buffer): Buffer
  /** For text that is all there. */
  text(text: string): string
  /** Fingerprints of the passwords of cluster configuration in it, by line (from 0); for comparing in memory, never to be stored. */
  hidden(text: string): ReadonlyMap<number, string>
}

export function createRedactor(): Redactor {
  const patterns = new Map<string, Pattern>(SHAPES.map(shape => [keyOf(shape.bytes), shape]))
  let built: Automaton | undefined
  const current = () => (built ??= buildAutomaton([...patterns.values()]))

  // By value first: what a shape masks of a value could hide the value, and leave its rest.
  const open = () => inTurn(redactingStream(current), passwordStream())

  function mask(bytes: Buffer): Buffer {
    const stream = open()
    const first = stream.write(bytes)
    const rest = stream.flush()
    return rest.length === 0 ? first : Buffer.concat([first, rest])
  }

  function register(name: string, value: string | Buffer): Problem | undefined {
    const bytes = Buffer.from(value)
    const problem = unfit(name, bytes)
    if (problem) return problem
    for (const form of formsOf(bytes)) {
      const key = keyOf(form)
      if (patterns.get(key)?.mask) continue
      patterns.set(key, { bytes: form, mask: maskOf(name, form.length) })
      built = undefined
    }
    return undefined
  }

  return {
    register,
    learn(name, text) {
      for (const value of passwordsIn(text)) register(name, value)
    },
    stream: open,
    mask,
    hidden: hiddenIn,
    text(text) {
      const bytes = Buffer.from(text, 'utf8')
      const masked = mask(bytes)
      return masked.equals(bytes) ? text : masked.toString('utf8')
    },
  }
}

function keyOf(bytes: Buffer): string {
  return bytes.toString('latin1')
}

function unfit(name: string, bytes: Buffer): Problem | undefined {
  if ([...bytes.toString('utf8')].length < SHORTEST_CHARACTERS) {
    return {
      code: 'secret-too-short',
      message: `The secret ${name} has fewer than ${SHORTEST_CHARACTERS} characters, so it cannot be masked in output.`,
      next: 'Replace it by a longer one.',
    }
  }
  if (bytes.length <= LONGEST_BYTES) return undefined
  return {
    code: 'secret-too-long',
    message: `The secret ${name} has ${bytes.length} bytes; more than ${LONGEST_BYTES} cannot be masked in output.`,
    next: 'Keep what is secret in a file of its own and name that file.',
  }
}
