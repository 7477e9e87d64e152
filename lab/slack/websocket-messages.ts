import { type Breach, type Frame, OPCODE, readFrame } from './websocket-frames.ts'

/** What came over a WebSocket, after frames and fragments have been put together. */
export type Incoming =
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'ping' | 'pong' | 'close'; readonly payload: Buffer }
  | { readonly kind: 'breach'; readonly breach: Breach }

/** Turns bytes, cut anywhere, into messages of at most `maxBytes`. After a breach it reads nothing more. */
export function createMessageReader(maxBytes: number): (bytes: Buffer) => Incoming[] {
  let pending: Buffer = Buffer.alloc(0)
  let parts: Buffer[] | undefined
  let broken = false

  function data(frame: Frame): Incoming | undefined {
    const continues = frame.opcode === OPCODE.continuation
    if (continues !== (parts !== undefined)) return breach(1002, 'a fragment out of order')
    const all = [...(parts ?? []), frame.payload]
    if (all.reduce((sum, part) => sum + part.length, 0) > maxBytes)
      return breach(1009, `a message above ${maxBytes} bytes`)
    parts = frame.final ? undefined : all
    return frame.final ? textOf(Buffer.concat(all)) : undefined
  }

  /** The next thing in what has arrived; undefined when it is not all there. */
  function step(): { readonly incoming: Incoming | undefined } | undefined {
    const read = readFrame(pending, maxBytes)
    if (read.kind === 'more') return undefined
    if (read.kind === 'breach') return { incoming: read }
    pending = pending.subarray(read.size)
    return { incoming: control(read.frame) ?? data(read.frame) }
  }

  return bytes => {
    const all: Incoming[] = []
    pending = broken ? pending : Buffer.concat([pending, bytes])
    for (let next = step(); next && !broken; next = step()) {
      if (next.incoming) all.push(next.incoming)
      broken = next.incoming?.kind === 'breach'
    }
    return all
  }
}

function control(frame: Frame): Incoming | undefined {
  if (frame.opcode === OPCODE.ping) return { kind: 'ping', payload: frame.payload }
  if (frame.opcode === OPCODE.pong) return { kind: 'pong', payload: frame.payload }
  if (frame.opcode === OPCODE.close) return { kind: 'close', payload: frame.payload }
  if (frame.opcode === OPCODE.binary) return breach(1003, 'only text is spoken here')
  return undefined
}

function textOf(bytes: Buffer): Incoming {
  try {
    return { kind: 'message', text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return breach(1007, 'text that is not UTF-8')
  }
}

function breach(code: number, reason: string): Incoming {
  return { kind: 'breach', breach: { code, reason } }
}
