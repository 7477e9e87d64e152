import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bad, good, type Problem, type Result } from '../../problem.ts'

/** Who has keys of their own. Public keys are trusted by file name: `bot.pub`, and `bot-2026.pub` beside it while one is changed. */
export type SigningRole = 'bot' | 'worker'

/** Gives a base64 Ed25519 signature. */
export type Sign = (text: string) => string

/** Reads a private key (PEM, Ed25519), as `ha init` makes it. */
export async function loadSigner(file: string): Promise<Result<Sign>> {
  try {
    const key = createPrivateKey(await readFile(file))
    if (key.asymmetricKeyType !== 'ed25519') return bad(unusable(file, `it is ${key.asymmetricKeyType}, not Ed25519`))
    return good(text => sign(null, Buffer.from(text), key).toString('base64'))
  } catch (error) {
    return bad(unusable(file, reasonOf(error)))
  }
}

/** Reads the public keys (`*.pub`, PEM) that are believed to be this role's. */
export async function loadTrusted(folder: string, role: SigningRole): Promise<Result<readonly KeyObject[]>> {
  let names: readonly string[]
  try {
    names = (await readdir(folder)).filter(name => name.endsWith('.pub') && name.split(/[-.]/)[0] === role).sort()
  } catch (error) {
    return bad(unusable(folder, reasonOf(error)))
  }
  if (names.length === 0) return bad(unusable(folder, `it holds no ${role}.pub`))
  const keys = await Promise.all(names.map(name => publicKeyIn(join(folder, name))))
  const problems = keys.flatMap(key => (key.ok ? [] : key.problems))
  return problems.length > 0 ? bad(...problems) : good(keys.flatMap(key => (key.ok ? [key.value] : [])))
}

async function publicKeyIn(file: string): Promise<Result<KeyObject>> {
  try {
    const pem = await readFile(file, 'utf8')
    if (pem.includes('PRIVATE KEY')) return bad(unusable(file, 'it holds a PRIVATE key'))
    const key = createPublicKey(pem)
    return key.asymmetricKeyType === 'ed25519' ? good(key) : bad(unusable(file, 'it is no Ed25519 key'))
  } catch (error) {
    return bad(unusable(file, reasonOf(error)))
  }
}

/** Whether one of these keys signed exactly this text. Never throws, whatever the signature is. */
export function isSignedBy(keys: readonly KeyObject[], text: string, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64')
  return bytes.length === 64 && keys.some(key => verify(null, Buffer.from(text), key, bytes))
}

function unusable(file: string, why: string): Problem {
  return {
    code: 'signing-key-unusable',
    message: `${file} cannot be used for signatures: ${why}.`,
    stillTrue: 'Nothing is believed, and nothing changes, without them.',
    next: '`ha init` in an empty folder makes a set of keys; signing: in ha.yaml says where they are.',
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'it is not there'
  if (code === 'EACCES') return 'this user may not read it'
  return error instanceof Error ? error.message : String(error)
}
