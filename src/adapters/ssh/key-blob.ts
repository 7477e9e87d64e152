import { createHash } from 'node:crypto'

/** The type that a public key in SSH's wire form says it is, e.g. `ssh-ed25519`; `""` when it says nothing readable. */
export function keyTypeOf(blob: Buffer): string {
  if (blob.length < 4) return ''
  const length = blob.readUInt32BE(0)
  const type = blob.subarray(4, 4 + length).toString('latin1')
  return length > 0 && type.length === length && /^[\x21-\x7e]+$/.test(type) ? type : ''
}

/** The fingerprint as `ssh-keygen -lf` prints it: `SHA256:` and base64 without padding. */
export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}
