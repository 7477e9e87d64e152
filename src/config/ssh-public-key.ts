import { bad, good, type Problem, type Result } from '../problem.ts'

/** A public key as OpenSSH writes it, without its comment: two equal keys have equal `text`. */
export interface SshPublicKey {
  readonly type: string
  /** `type base64`. */
  readonly text: string
  readonly comment: string
}

const TYPES: ReadonlySet<string> = new Set([
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
])
const SHORTEST_RSA_BITS = 2048

/** Reads `type base64 [comment]`, one line. The type is compared with the one inside the key, so that a cut-off copy is noticed. */
export function parseSshPublicKey(line: string): Result<SshPublicKey> {
  const trimmed = line.trim()
  if (trimmed.includes('PRIVATE KEY'))
    return bad(notA('is a PRIVATE key', 'Remove it, make a new pair, give the .pub file.'))
  if (/[\r\n]/.test(trimmed)) return bad(notA('has several lines', 'Give one key per entry of a list.'))
  const [type = '', base64 = '', ...comment] = trimmed.split(/\s+/)
  if (!TYPES.has(type))
    return bad(notA(`begins with "${type.slice(0, 40)}"`, `It begins with one of ${[...TYPES].join(', ')}.`))
  const blob = Buffer.from(base64, 'base64')
  if (blob.toString('base64') !== base64) return bad(notA('is not base64 after its type', COPY))
  const fields = fieldsOf(blob)
  if (!fields || fields.length < 2) return bad(notA('is cut off', COPY))
  const inner = fields[0]?.toString('latin1') ?? ''
  if (inner !== type) return bad(notA(`says ${type}, but is of type ${inner.slice(0, 40)} inside`, COPY))
  const bits = type === 'ssh-rsa' ? bitsOf(fields[2]) : SHORTEST_RSA_BITS
  if (bits < SHORTEST_RSA_BITS) return bad(notA(`is RSA with ${bits} bits`, 'Use ssh-ed25519, or RSA with 3072 bits.'))
  return good({ type, text: `${type} ${base64}`, comment: comment.join(' ') })
}

const COPY = 'Copy the whole line of the .pub file.'

function notA(what: string, next: string): Problem {
  return { code: 'bad-public-key', message: `is not a usable public key: it ${what}`, next }
}

/** The length-prefixed fields of a key in wire form (RFC 4253 §6.6), undefined when they do not fill it exactly. */
function fieldsOf(blob: Buffer): readonly Buffer[] | undefined {
  const fields: Buffer[] = []
  let at = 0
  while (at < blob.length) {
    if (at + 4 > blob.length) return undefined
    const end = at + 4 + blob.readUInt32BE(at)
    if (end > blob.length) return undefined
    fields.push(blob.subarray(at + 4, end))
    at = end
  }
  return fields
}

function bitsOf(number: Buffer | undefined): number {
  const digits = (number?.toString('hex') ?? '').replace(/^0+/, '')
  return digits === '' ? 0 : (digits.length - 1) * 4 + Number.parseInt(digits[0] ?? '0', 16).toString(2).length
}
