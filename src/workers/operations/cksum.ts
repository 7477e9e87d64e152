const POLYNOMIAL = 0x04c11db7

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte << 24
  for (let bit = 0; bit < 8; bit++) rest = rest & 0x80000000 ? (rest << 1) ^ POLYNOMIAL : rest << 1
  return rest >>> 0
})

/** What POSIX `cksum` says of these bytes: the one checksum that every node can make. */
export function cksum(bytes: Uint8Array): { readonly crc: number; readonly bytes: number } {
  let crc = 0
  const feed = (byte: number): void => {
    crc = ((crc << 8) ^ (TABLE[((crc >>> 24) ^ byte) & 0xff] ?? 0)) >>> 0
  }
  for (const byte of bytes) feed(byte)
  // The length follows the content, its lowest byte first.
  for (let length = bytes.length; length > 0; length = Math.floor(length / 256)) feed(length & 0xff)
  return { crc: ~crc >>> 0, bytes: bytes.length }
}
