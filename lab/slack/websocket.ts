import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { encodeFrame, OPCODE } from './websocket-frames.ts'
import { createMessageReader, type Incoming } from './websocket-messages.ts'

/** The server's side of one WebSocket (RFC 6455, text only, no extensions). */
export interface WebSocketPeer {
  send(text: string): void
  /** Says goodbye and waits for the peer's answer up to a second, then cuts. */
  close(code?: number, reason?: string): void
  /** Cuts the line without a word, as a broken network does. */
  destroy(): void
}

export interface WebSocketListener {
  message(text: string): void
  closed(): void
}

const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const MAX_MESSAGE_BYTES = 1_048_576
const CLOSE_WAIT_MS = 1_000

/** Answers an HTTP upgrade. Without a proper handshake the socket gets a 400 and undefined is returned. */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  listenerFor: (peer: WebSocketPeer) => WebSocketListener,
): WebSocketPeer | undefined {
  const key = request.headers['sec-websocket-key']
  const proper =
    request.headers.upgrade?.toLowerCase() === 'websocket' && request.headers['sec-websocket-version'] === '13'
  if (!proper || typeof key !== 'string' || Buffer.from(key, 'base64').length !== 16) {
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
    return undefined
  }
  const accept = createHash('sha1')
    .update(key + ACCEPT_GUID)
    .digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  return serve(socket, head, listenerFor)
}

function serve(socket: Duplex, head: Buffer, listenerFor: (peer: WebSocketPeer) => WebSocketListener): WebSocketPeer {
  const read = createMessageReader(MAX_MESSAGE_BYTES)
  let closing: NodeJS.Timeout | undefined

  const peer: WebSocketPeer = {
    send: text => write(OPCODE.text, Buffer.from(text)),
    close(code = 1000, reason = '') {
      if (closing) return
      write(OPCODE.close, closePayload(code, reason))
      closing = setTimeout(() => socket.destroy(), CLOSE_WAIT_MS)
    },
    destroy: () => void socket.destroy(),
  }
  const listener = listenerFor(peer)

  function write(opcode: number, payload: Buffer): void {
    if (socket.writable && !closing) socket.write(encodeFrame(opcode, payload))
  }

  function handle(incoming: Incoming): void {
    if (incoming.kind === 'message') listener.message(incoming.text)
    if (incoming.kind === 'ping') write(OPCODE.pong, incoming.payload)
    if (incoming.kind === 'breach') peer.close(incoming.breach.code, incoming.breach.reason)
    if (incoming.kind === 'close') {
      write(OPCODE.close, incoming.payload.subarray(0, 2))
      socket.end()
    }
  }

  const receive = (bytes: Buffer) => {
    for (const incoming of read(bytes)) handle(incoming)
  }
  socket.on('data', receive)
  socket.on('end', () => socket.end())
  socket.on('error', () => socket.destroy())
  socket.once('close', () => {
    clearTimeout(closing)
    listener.closed()
  })
  if (head.length > 0) receive(head)
  return peer
}

function closePayload(code: number, reason: string): Buffer {
  const payload = Buffer.alloc(2)
  payload.writeUInt16BE(code)
  return Buffer.concat([payload, Buffer.from(reason).subarray(0, 123)])
}
