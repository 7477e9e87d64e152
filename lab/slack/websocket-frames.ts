/** RFC 6455 frames as bytes, without any IO: what the WebSocket server of the lab reads and writes. */
export interface Frame {
  readonly final: boolean
  readonly opcode: number
  readonly payload: Buffer
}

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** A breach of the protocol; `code` is the close code the peer is told (RFC 6455 §7.4.1). */
export interface Breach {
  readonly code: number
  readonly reason: string
}

type FrameRead =
  | { readonly kind: 'frame'; readonly frame: Frame; readonly size: number }
  | { readonly kind: 'more' }
  | { readonly kind: 'breach'; readonly breach: Breach }

const MORE: FrameRead = { kind: 'more' }

/** One frame as a server sends it: unmasked. */
export function encodeFrame(opcode: number, payload: Buffer, final = true): Buffer {
  return Buffer.concat([header(opcode, payload.length, final, 0), payload])
}

/** One frame as a client sends it: masked with four bytes. */
export function encodeMaskedFrame(opcode: number, payload: Buffer, mask: Buffer, final = true): Buffer {
  return Buffer.concat([header(opcode, payload.length, final, 0x80), mask, unmask(payload, mask)])
}

function header(opcode: number, length: number, final: boolean, maskBit: number): Buffer {
  const first = (final ? 0x80 : 0) | opcode
  if (length < 126) return Buffer.from([first, maskBit | length])
  if (length < 65_536) return Buffer.from([first, maskBit | 126, length >> 8, length & 0xff])
  const long = Buffer.alloc(10)
  long[0] = first
  long[1] = maskBit | 127
  long.writeBigUInt64BE(BigInt(length), 2)
  return long
}

/** The first client frame of `bytes`, if it is all there. Never reads a payload larger than `maxBytes`. */
export function readFrame(bytes: Buffer, maxBytes: number): FrameRead {
  if (bytes.length < 2) return MORE
  const first = bytes.readUInt8(0)
  const second = bytes.readUInt8(1)
  const opcode = first & 0x0f
  const broken = headerBreach(first, second)
  if (broken) return { kind: 'breach', breach: broken }
  const length = payloadLength(bytes, second & 0x7f)
  if (length === undefined) return MORE
  if (length.value > BigInt(maxBytes)) return breach(1009, `a frame above ${maxBytes} bytes`)
  const start = length.end + 4
  const end = start + Number(length.value)
  if (bytes.length < end) return MORE
  const payload = unmask(bytes.subarray(start, end), bytes.subarray(length.end, start))
  return { kind: 'frame', frame: { final: (first & 0x80) !== 0, opcode, payload }, size: end }
}

function headerBreach(first: number, second: number): Breach | undefined {
  const opcode = first & 0x0f
  if ((first & 0x70) !== 0) return { code: 1002, reason: 'reserved bits without an extension' }
  if (!Object.values<number>(OPCODE).includes(opcode)) return { code: 1002, reason: `unknown opcode ${opcode}` }
  if ((second & 0x80) === 0) return { code: 1002, reason: 'a client frame without mask' }
  const control = opcode >= 8
  if (control && ((first & 0x80) === 0 || (second & 0x7f) > 125)) {
    return { code: 1002, reason: 'a control frame that is fragmented or above 125 bytes' }
  }
  return undefined
}

function payloadLength(bytes: Buffer, short: number): { value: bigint; end: number } | undefined {
  if (short < 126) return { value: BigInt(short), end: 2 }
  if (short === 126) return bytes.length < 4 ? undefined : { value: BigInt(bytes.readUInt16BE(2)), end: 4 }
  return bytes.length < 10 ? undefined : { value: bytes.readBigUInt64BE(2), end: 10 }
}

function unmask(payload: Buffer, mask: Buffer): Buffer {
  return Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)))
}

function breach(code: number, reason: string): FrameRead {
  return { kind: 'breach', breach: { code, reason } }
}
