import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor, type Redactor } from '../../src/transcripts/redact.ts'
import { cut, inPieces, knowing } from './redact/pieces.ts'

const PASSWORD = 'hunter2-correct-horse/42+ü"\\'

describe('a redactor', () => {
  test('masks a value by name and keeps the length', () => {
    const masked = createNamed('db-password', 'a-value-of-twenty-six-chars').text(
      'login with a-value-of-twenty-six-chars now',
    )
    expect(masked).toBe('login with [redacted:db-password]***** now')
  })

  test('masks with stars alone where the label does not fit', () => {
    expect(createNamed('db', 'abcd').text('x=abcd;')).toBe('x=****;')
  })

  test('leaves text alone that holds no value', () => {
    expect(knowing(PASSWORD).text('nothing to see\u{1f600}')).toBe('nothing to see\u{1f600}')
    expect(createRedactor().text('nothing known')).toBe('nothing known')
  })

  test.each([
    ['as it is', PASSWORD],
    ['base64', Buffer.from(PASSWORD).toString('base64')],
    ['base64 after one other byte', Buffer.from(`:${PASSWORD}`).toString('base64')],
    ['base64 after two other bytes', Buffer.from(`u:${PASSWORD}xyz`).toString('base64')],
    ['base64 for addresses', Buffer.from(`u:${PASSWORD}`).toString('base64url')],
    ['hex', Buffer.from(PASSWORD).toString('hex')],
    ['upper-case hex', Buffer.from(PASSWORD).toString('hex').toUpperCase()],
    ['percent-encoded', encodeURIComponent(PASSWORD)],
    ['escaped for JSON', JSON.stringify({ password: PASSWORD })],
  ])('knows a value that was written %s', (_, text) => {
    const masked = knowing(PASSWORD).text(`before ${text} after`)
    expect(masked).not.toContain(text)
    expect(masked).toContain('[redacted:s0]')
    expect(masked).toHaveLength(Buffer.byteLength(`before ${text} after`))
  })

  test('masks the whole of two values that overlap', () => {
    expect(knowing('abcdefgh', 'efghijkl').text('-abcdefghijkl-')).toBe('-************-')
    expect(knowing('first-secret-value', 'value-of-the-second').text('first-secret-value-of-the-second')).toBe(
      `[redacted:s0]${'*'.repeat(19)}`,
    )
  })

  test('names the longer of two values that begin alike', () => {
    const redactor = createRedactor()
    redactor.register('short', 'begins-alike-and')
    redactor.register('long', 'begins-alike-and-goes-on')
    expect(redactor.text('begins-alike-and-goes-on')).toBe('[redacted:long]*********')
    expect(redactor.text('begins-alike-and-goes up')).toBe('[redacted:short]-goes up')
  })

  test('refuses values that are too short or far too long to be masked, and says so', () => {
    const redactor = createRedactor()
    expect(redactor.register('pin', '123')?.code).toBe('secret-too-short')
    expect(redactor.register('pin', 'üü')?.code).toBe('secret-too-short')
    expect(redactor.register('file', 'x'.repeat(9000))?.code).toBe('secret-too-long')
    expect(redactor.text('123')).toBe('123')
  })

  test('passes on at once what cannot begin a value', () => {
    const stream = knowing('secret-value').stream()
    expect(stream.write(Buffer.from('progress 12 %\n')).toString()).toBe('progress 12 %\n')
    expect(stream.write(Buffer.from('tail sec')).toString()).toBe('tail ')
    expect(stream.write(Buffer.from('ond')).toString()).toBe('second')
  })

  test('gives a complete value away to nobody who waits: it comes masked with the chunk that ends it', () => {
    const stream = knowing('secret-value').stream()
    expect(stream.write(Buffer.from('a secret-')).toString()).toBe('a ')
    expect(stream.write(Buffer.from('value')).toString()).toBe('************')
  })

  test('masks a value that becomes known while its beginning is held back', () => {
    const redactor = knowing('secret-one-value')
    const stream = redactor.stream()
    expect(stream.write(Buffer.from('x secret-')).toString()).toBe('x ')
    redactor.register('two', 'secret-two')
    expect(stream.write(Buffer.from('two!')).toString()).toBe('**********!')
  })
})

function createNamed(name: string, value: string): Redactor {
  const redactor = createRedactor()
  redactor.register(name, value)
  return redactor
}

/** A small alphabet makes values overlap, repeat and contain each other. */
const tangled = fc.string({ unit: fc.constantFrom('a', 'b', 'ü'), minLength: 4, maxLength: 9 })
const bytes = fc.uint8Array({ minLength: 4, maxLength: 12 }).map(value => Buffer.from(value))
const sizes = fc.array(fc.nat({ max: 7 }), { maxLength: 40 })

describe('whatever the values and however the bytes are cut', () => {
  test('the result is the same as in one piece, of the same length, and holds no value', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', 'x'), maxLength: 120 })
    fc.assert(
      fc.property(fc.array(tangled, { minLength: 1, maxLength: 4 }), text, sizes, (values, input, cuts) => {
        const redactor = knowing(...values)
        const whole = redactor.mask(Buffer.from(input))
        expect(inPieces(redactor, cut(Buffer.from(input), cuts))).toEqual(whole)
        expect(whole).toHaveLength(Buffer.byteLength(input))
        for (const value of values) expect(whole.toString()).not.toContain(value)
      }),
      { numRuns: 300 },
    )
  })

  test('every byte that belongs to an occurrence is masked, and no other (values too short for a label)', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'x'), maxLength: 80 })
    fc.assert(
      fc.property(fc.array(tangled, { minLength: 1, maxLength: 3 }), text, (values, input) => {
        const covered = [...input].map(() => false)
        for (const value of values) {
          for (let at = input.indexOf(value); at >= 0; at = input.indexOf(value, at + 1)) {
            covered.fill(true, at, at + value.length)
          }
        }
        const expected = [...input].map((char, index) => (covered[index] ? '*' : char)).join('')
        expect(knowing(...values).text(input)).toBe(expected)
      }),
      { numRuns: 200 },
    )
  })

  test('values of any bytes are found between any bytes, and never more than the longest form less one is held back', () => {
    fc.assert(
      fc.property(
        fc.array(bytes, { minLength: 1, maxLength: 3 }),
        bytes,
        bytes,
        sizes,
        (values, before, after, cuts) => {
          const fit = values.filter(value => createRedactor().register('x', value) === undefined)
          fc.pre(fit.length > 0)
          const redactor = knowing(...fit)
          const input = Buffer.concat([before, ...fit, after])
          const longestForm = 12 * 6
          const stream = redactor.stream()
          let given = 0
          let taken = 0
          const parts = cut(input, cuts).map(piece => {
            const part = Buffer.from(stream.write(piece))
            given += piece.length
            taken += part.length
            expect(given - taken).toBeLessThan(longestForm)
            return part
          })
          const result = Buffer.concat([...parts, stream.flush()])
          expect(result).toHaveLength(input.length)
          for (const value of fit) expect(result.indexOf(value)).toBe(-1)
        },
      ),
      { numRuns: 200 },
    )
  })
})
