import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { bad, good, type Problem, type Result } from '../problem.ts'

/** Where a secret comes from: an environment variable (or what stands for it), or a file that the configuration names. */
export type SecretRef =
  | { readonly kind: 'environment'; readonly name: string; readonly what: string }
  | { readonly kind: 'file'; readonly name: string; readonly what: string; readonly file: string }

/** `what` says in words what it is and where it is found. Also read from `NAME_FILE` and `$CREDENTIALS_DIRECTORY/NAME`. */
export function secretFromEnvironment(name: string, what: string): SecretRef {
  return { kind: 'environment', name, what }
}
export function secretFromFile(name: string, what: string, file: string): SecretRef {
  return { kind: 'file', name, what, file }
}

export const REDIS_PASSWORD = secretFromEnvironment('REDIS_PASSWORD', "the password of Redis's user")

export interface Secret {
  readonly value: string
  /** What is weak about how it is kept; it was read all the same. */
  readonly warnings: readonly Problem[]
}

interface SecretFile {
  readonly text: string
  /** Permission bits. */
  readonly mode: number
}

export interface SecretSource {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Every value that is read is registered here before anybody gets it. */
  readonly register: (name: string, value: string) => Problem | undefined
  readonly readFile?: (path: string) => Promise<SecretFile>
}

/** Reads a secret, without the newline that editors put at its end. */
export async function readSecret(ref: SecretRef, source: SecretSource): Promise<Result<Secret>> {
  const origin = originOf(ref, source.env)
  if (!origin.ok) return origin
  const read = await readOrigin(ref, origin.value, source)
  if (!read.ok) return read
  const value = read.value.text.replace(/\r?\n$/, '')
  if (value === '') return bad(empty(ref, origin.value))
  const unmasked = source.register(ref.name, value)
  return good({ value, warnings: [...read.value.warnings, ...(unmasked ? [unmasked] : [])] })
}

/** The same for a secret that need not be there. */
export async function readOptionalSecret(ref: SecretRef, source: SecretSource): Promise<Result<Secret | undefined>> {
  const secret = await readSecret(ref, source)
  const isMissing = !secret.ok && secret.problems.every(problem => problem.code === 'secret-missing')
  return isMissing ? good(undefined) : secret
}

type Origin =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'file'; readonly file: string }
  /** Of systemd; need not be there. */
  | { readonly kind: 'credential'; readonly file: string }

function originOf(ref: SecretRef, env: SecretSource['env']): Result<Origin> {
  if (ref.kind === 'file') return good({ kind: 'file', file: ref.file })
  const text = env[ref.name]
  const file = env[`${ref.name}_FILE`]
  if (text && file) return bad(givenTwice(ref))
  if (text) return good({ kind: 'value', text })
  if (file) return good({ kind: 'file', file })
  const folder = env['CREDENTIALS_DIRECTORY']
  return folder ? good({ kind: 'credential', file: join(folder, ref.name) }) : bad(missing(ref))
}

interface ReadSecret {
  readonly text: string
  readonly warnings: readonly Problem[]
}

async function readOrigin(ref: SecretRef, origin: Origin, source: SecretSource): Promise<Result<ReadSecret>> {
  if (origin.kind === 'value') return good({ text: origin.text, warnings: [] })
  try {
    const { text, mode } = await (source.readFile ?? fromDisk)(origin.file)
    return good({ text, warnings: (mode & 0o077) === 0 ? [] : [readableByOthers(ref, origin.file, mode)] })
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return bad(origin.kind === 'credential' && isAbsent ? missing(ref) : unreadable(ref, origin.file, error))
  }
}

async function fromDisk(path: string): Promise<SecretFile> {
  const [text, { mode }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
  return { text, mode: mode & 0o777 }
}

function missing({ name, what }: SecretRef): Problem {
  return {
    code: 'secret-missing',
    message: `${name} is not set: ${what}.`,
    next: `Set ${name}, or ${name}_FILE to a file that holds it, or give it as a systemd credential of that name.`,
  }
}

function givenTwice({ name }: SecretRef): Problem {
  return {
    code: 'secret-given-twice',
    message: `Both ${name} and ${name}_FILE are set; it is not clear which one counts.`,
    next: 'Unset one of them.',
  }
}

function empty({ name, what }: SecretRef, origin: Origin): Problem {
  const where = origin.kind === 'value' ? name : origin.file
  return { code: 'secret-empty', message: `${where} is empty; it should hold ${what}.`, next: 'Write it there.' }
}

function unreadable({ name }: SecretRef, file: string, error: unknown): Problem {
  const why = error instanceof Error ? error.message : String(error)
  return {
    code: 'secret-unreadable',
    message: `The file with ${name} cannot be read: ${why}.`,
    next: `Make ${file} readable for the user that ha-bot runs as, and for nobody else.`,
  }
}

function readableByOthers({ name }: SecretRef, file: string, mode: number): Problem {
  return {
    code: 'secret-readable-by-others',
    message: `${file}, which holds ${name}, can be read by other users (mode ${mode.toString(8).padStart(4, '0')}).`,
    next: `chmod 600 ${file}`,
  }
}
