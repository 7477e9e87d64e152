import { BETWEEN, IN, type Pattern, type Shape } from './pattern.ts'

const DIGITS = '0123456789'
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const LETTERS = `${UPPER}${UPPER.toLowerCase()}`

/** Body of a key, as a file or escaped for JSON, with its headers: a log that only speaks of keys soon has another character. */
const KEY = shape('private-key', `${LETTERS}${DIGITS}+/=:,-`, 24, 16_384, ' \t\n\r\\')
const AWS = shape('aws', `${UPPER}${DIGITS}`, 16, 16)
const SLACK = shape('slack', `${LETTERS}${DIGITS}-`, 20, 512)

const KEY_KINDS = ['', 'RSA ', 'EC ', 'DSA ', 'OPENSSH ', 'ENCRYPTED ']
const BEGINNINGS: readonly (readonly [Shape, readonly string[]])[] = [
  [KEY, [...KEY_KINDS.map(kind => `-----BEGIN ${kind}PRIVATE KEY-----`), '-----BEGIN PGP PRIVATE KEY BLOCK-----']],
  [AWS, ['AKIA', 'ASIA']],
  [SLACK, ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xoxe-', 'xapp-', 'xoxe.xoxb-', 'xoxe.xoxp-']],
]
const ENDINGS = [...KEY_KINDS.map(kind => `-----END ${kind}PRIVATE KEY-----`), '-----END PGP PRIVATE KEY BLOCK-----']

/** Private keys (PEM, OpenSSH, PGP), AWS access keys and Slack tokens (security-and-audit.md §5.2). The beginning itself stays readable. */
export const SHAPES: readonly Pattern[] = [
  ...BEGINNINGS.flatMap(([opens, texts]) => texts.map(text => ({ bytes: Buffer.from(text, 'latin1'), opens }))),
  ...ENDINGS.map(text => ({ bytes: Buffer.from(text, 'latin1'), closes: KEY })),
]

function shape(name: string, characters: string, atLeast: number, atMost: number, between = ''): Shape {
  const alphabet = new Uint8Array(256)
  for (const byte of Buffer.from(characters, 'latin1')) alphabet[byte] = IN
  for (const byte of Buffer.from(between, 'latin1')) alphabet[byte] = BETWEEN
  return { mask: Buffer.from(`[redacted:${name}]`, 'latin1'), alphabet, atLeast, atMost }
}
