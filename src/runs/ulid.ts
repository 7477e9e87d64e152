const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_LENGTH = 10
const RANDOM_BYTES = 10

/** A ULID: 48 bits of time, 80 of randomness, 26 characters that sort by time. `random` is 10 bytes. */
export function ulid(nowMs: number, random: Uint8Array): string {
  return encode(BigInt(nowMs), TIME_LENGTH) + encode(bigOf(random.subarray(0, RANDOM_BYTES)), 16)
}

/** The time inside a ULID, in ms. */
export function ulidTime(id: string): number {
  let time = 0
  for (const character of id.slice(0, TIME_LENGTH)) time = time * 32 + ALPHABET.indexOf(character)
  return time
}

export const ULID_PATTERN = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/

function bigOf(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return value
}

function encode(value: bigint, length: number): string {
  let text = ''
  let rest = value
  for (let i = 0; i < length; i++) {
    text = ALPHABET[Number(rest & 31n)] + text
    rest >>= 5n
  }
  return text
}
