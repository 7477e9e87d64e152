import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ReplyPart, ReplyReader } from '../../../src/workers/operations/reply-reader.ts'

/** A reply as the runner writes it, and what must be read from it. */
type Piece =
  | { readonly line: string }
  | { readonly stream: 'out' | 'err'; readonly offset: number; readonly bytes: Buffer }

const piece: fc.Arbitrary<Piece> = fc.oneof(
  fc
    .constantFrom('ha1 state op=a state=running', 'ha1 stop gone all', 'ha1 fence 7', 'ha1 noted')
    .map(line => ({ line })),
  fc.record({
    stream: fc.constantFrom('out' as const, 'err' as const),
    offset: fc.nat({ max: 1e12 }),
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes)),
      // Output that looks like the protocol is output all the same.
      fc
        .constantFrom('ha1 end\n', '\nha1 state op=a state=done rc=0\nha1 end\n', 'ha1 data out 0 9\n')
        .map(text => Buffer.from(text)),
    ),
  }),
)
const noise = fc.array(
  fc.oneof(
    fc.constantFrom('ha2 end', 'Welcome', '', 'ha1 hello'),
    fc.string({ maxLength: 20 }).filter(text => !/ha1 |\n/.test(text)),
  ),
  { maxLength: 4 },
)

function encoded(pieces: readonly Piece[]): Buffer {
  const parts = pieces.map(one =>
    'line' in one
      ? Buffer.from(`${one.line}\n`)
      : Buffer.concat([
          Buffer.from(`ha1 data ${one.stream} ${one.offset} ${one.bytes.length}\n`),
          one.bytes,
          Buffer.from('\n'),
        ]),
  )
  return Buffer.concat(parts)
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const edges = [0, ...at.map(edge => edge % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge))
}

/** What was read, with neighbouring data put together. */
function readAll(chunks: readonly Buffer[]): readonly string[] {
  const reader = new ReplyReader()
  const said: { text: string; data: boolean; next: number }[] = []
  for (const part of chunks.flatMap(chunk => reader.read(chunk))) {
    const last = said.at(-1)
    if (part.kind === 'data' && last?.data && last.next === part.offset && last.text.startsWith(part.stream)) {
      last.text += part.bytes.toString('hex')
      last.next += part.bytes.length
    } else
      said.push({
        text: textOf(part),
        data: part.kind === 'data',
        next: part.kind === 'data' ? part.offset + part.bytes.length : 0,
      })
  }
  return said.map(({ text }) => text)
}

function textOf(part: ReplyPart): string {
  if (part.kind === 'line') return ['line', part.line.verb, ...part.line.words].join(' ')
  if (part.kind === 'data') return `${part.stream} ${part.offset} ${part.bytes.toString('hex')}`
  return part.kind === 'end' ? 'end' : `broken ${part.detail}`
}

describe('a reply', () => {
  it('reads the same however it is cut into pieces, with whatever noise before it', () => {
    const cuts = fc.array(fc.nat(), { maxLength: 12 })
    fc.assert(
      fc.property(noise, fc.array(piece, { maxLength: 6 }), fc.boolean(), cuts, (before, pieces, whole, at) => {
        const text = Buffer.concat([
          Buffer.from(before.map(line => `${line}\n`).join('')),
          encoded(pieces),
          Buffer.from(whole ? 'ha1 end\nbye\n' : ''),
        ])
        const atOnce = readAll([text])
        expect(readAll(cut(text, at))).toEqual(atOnce)
        expect(
          readAll(
            cut(
              text,
              Array.from({ length: text.length }, (_, i) => i),
            ),
          ),
        ).toEqual(atOnce)
        expect(atOnce.at(-1) === 'end').toBe(whole)
        const lines = pieces.flatMap(one => ('line' in one ? [one.line] : []))
        expect(atOnce.filter(said => said.startsWith('line '))).toEqual(lines.map(line => line.replace('ha1', 'line')))
      }),
      { numRuns: 300 },
    )
  })

  it('is never taken for whole when its end is missing', () => {
    const text = Buffer.concat([
      encoded([{ line: 'ha1 state op=a state=done' }, { stream: 'out', offset: 0, bytes: Buffer.from('ha1 end\n') }]),
      Buffer.from('ha1 end\n'),
    ])
    for (let length = 0; length < text.length; length++)
      expect(readAll([text.subarray(0, length)])).not.toContain('end')
    expect(readAll([text])).toContain('end')
  })

  it('may begin behind a line of a profile that was left open', () => {
    expect(readAll([Buffer.from('% ha1 noted\nha1 end\n')])).toEqual(['line noted', 'end'])
  })

  it.each([
    ['ha1 noted\nbash: warning\nha1 end\n', 'a line that is not of the reply'],
    ['ha1 data out 0 2\nabc\nha1 end\n', 'more bytes than were announced'],
    ['ha1 data out 0\nha1 end\n', 'data without a place'],
    [`ha1 noted\n${'x'.repeat(10_000)}`, 'a line without an end'],
  ])('with something else in it is of no use: %#', (text, detail) => {
    expect(readAll([Buffer.from(text)]).at(-1)).toBe(`broken ${detail}`)
  })

  it('is not held back: data comes out as part of the piece it came in', () => {
    const reader = new ReplyReader()
    reader.read(Buffer.from(`ha1 data out 0 ${2 ** 40}\n`))
    const chunk = Buffer.alloc(32_768, 'x')
    for (let i = 0; i < 1000; i++) {
      const [part] = reader.read(chunk)
      expect(part?.kind === 'data' && part.bytes.buffer === chunk.buffer && part.offset).toBe(i * chunk.length)
    }
  })
})
