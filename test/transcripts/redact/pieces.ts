import { expect } from 'vitest'
import { createRedactor, type Redactor } from '../../../src/transcripts/redact.ts'

/** A redactor that knows these values, as s0, s1, … */
export function knowing(...values: readonly (string | Buffer)[]): Redactor {
  const redactor = createRedactor()
  values.forEach((value, index) => {
    expect(redactor.register(`s${index}`, value)).toBeUndefined()
  })
  return redactor
}

/** `bytes` in pieces of the given sizes, the rest as one. */
export function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  let from = 0
  for (const size of sizes) {
    pieces.push(bytes.subarray(from, from + size))
    from = Math.min(bytes.length, from + size)
  }
  return [...pieces, bytes.subarray(from)]
}

export function inPieces(redactor: Redactor, pieces: readonly Buffer[]): Buffer {
  const stream = redactor.stream()
  return Buffer.concat([...pieces.map(piece => Buffer.from(stream.write(piece))), stream.flush()])
}

export function byteByByte(redactor: Redactor, bytes: Buffer): Buffer {
  return inPieces(
    redactor,
    [...bytes].map(byte => Buffer.from([byte])),
  )
}
