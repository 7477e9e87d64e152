import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import fc from 'fast-check'
import { WebSocket } from 'undici'
import { describe, expect, onTestFinished, test } from 'vitest'
import { acceptWebSocket } from '../../../lab/slack/websocket.ts'
import { encodeMaskedFrame, OPCODE } from '../../../lab/slack/websocket-frames.ts'
import { createMessageReader, type Incoming } from '../../../lab/slack/websocket-messages.ts'

const LIMIT = 100_000
const MASK = fc.uint8Array({ minLength: 4, maxLength: 4 }).map(bytes => Buffer.from(bytes))

describe('the message reader', () => {
  test('puts together what was cut into any fragments and any packets, with pings in between', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 400 }), { maxLength: 5 })
    const cuts = fc.array(fc.nat(500), { maxLength: 8 })
    fc.assert(
      fc.property(texts, cuts, cuts, MASK, (messages, fragments, packets, mask) => {
        const bytes = Buffer.concat(messages.map(text => fragmented(Buffer.from(text), fragments, mask)))
        const read = createMessageReader(LIMIT)
        const incoming = pieces(bytes, packets).flatMap(piece => read(piece))
        expect(incoming.flatMap(each => (each.kind === 'message' ? [each.text] : []))).toEqual(messages)
        expect(incoming.filter(each => each.kind === 'breach')).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  test('never throws, whatever arrives, and says nothing more after a breach', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), packets => {
        const read = createMessageReader(LIMIT)
        const incoming = packets.flatMap(packet => read(Buffer.from(packet)))
        const broken = incoming.findIndex(each => each.kind === 'breach')
        expect(broken === -1 || broken === incoming.length - 1).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  const mask = Buffer.from([1, 2, 3, 4])
  test.each<[string, Buffer, number]>([
    ['an unmasked frame', Buffer.from([0x81, 0x01, 0x61]), 1002],
    ['reserved bits', Buffer.from([0xc1, 0x80, 1, 2, 3, 4]), 1002],
    ['an unknown opcode', Buffer.from([0x83, 0x80, 1, 2, 3, 4]), 1002],
    ['a fragmented ping', encodeMaskedFrame(OPCODE.ping, Buffer.from('x'), mask, false), 1002],
    ['a continuation of nothing', encodeMaskedFrame(OPCODE.continuation, Buffer.from('x'), mask), 1002],
    ['binary', encodeMaskedFrame(OPCODE.binary, Buffer.from('x'), mask), 1003],
    ['text that is not UTF-8', encodeMaskedFrame(OPCODE.text, Buffer.from([0xff]), mask), 1007],
    ['a frame that is too large', encodeMaskedFrame(OPCODE.text, Buffer.alloc(LIMIT + 1), mask), 1009],
    [
      'fragments that are too large together',
      Buffer.concat([
        encodeMaskedFrame(OPCODE.text, Buffer.alloc(LIMIT), mask, false),
        encodeMaskedFrame(OPCODE.continuation, Buffer.from('x'), mask),
      ]),
      1009,
    ],
  ])('refuses %s', (_what, bytes, code) => {
    expect(createMessageReader(LIMIT)(bytes)).toMatchObject([{ kind: 'breach', breach: { code } }])
  })

  test('reads lengths of every size', () => {
    for (const length of [0, 1, 125, 126, 127, 65_535, 65_536, LIMIT]) {
      const text = 'x'.repeat(length)
      const expected: Incoming[] = [{ kind: 'message', text }]
      expect(createMessageReader(LIMIT)(encodeMaskedFrame(OPCODE.text, Buffer.from(text), mask))).toEqual(expected)
    }
  })
})

describe('the WebSocket server', () => {
  test('greets a real client, echoes large messages and closes with a word', async () => {
    const url = await echoServer()
    const client = new WebSocket(url)
    await once(client, 'open')
    const text = 'ä'.repeat(200_000)
    client.send(text)
    const [answer] = await once(client, 'message')
    expect(answer.data).toBe(text)
    client.send('bye')
    const [closed] = await once(client, 'close')
    expect([closed.code, closed.reason, closed.wasClean]).toEqual([1001, 'bye', true])
  })

  test('answers anything but a handshake with 400', async () => {
    const { port } = new URL(await echoServer())
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n',
    )
    const [answer] = await once(socket, 'data')
    socket.destroy()
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /)
  })
})

async function echoServer(): Promise<string> {
  const server = createServer()
  server.on('upgrade', (request, socket, head) => {
    acceptWebSocket(request, socket, head, peer => ({
      message: text => (text === 'bye' ? peer.close(1001, 'bye') : peer.send(text)),
      closed: () => {},
    }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** One message as frames of the given sizes, a ping after each. */
function fragmented(payload: Buffer, sizes: readonly number[], mask: Buffer): Buffer {
  const parts = pieces(payload, sizes)
  const frames = parts.map((part, index) => {
    const frame = encodeMaskedFrame(
      index === 0 ? OPCODE.text : OPCODE.continuation,
      part,
      mask,
      index === parts.length - 1,
    )
    return Buffer.concat([frame, encodeMaskedFrame(OPCODE.ping, Buffer.from(`${index}`), mask)])
  })
  return Buffer.concat(frames)
}

function pieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const parts: Buffer[] = []
  let rest = bytes
  for (const size of sizes) {
    parts.push(rest.subarray(0, size))
    rest = rest.subarray(size)
  }
  return [...parts, rest]
}
