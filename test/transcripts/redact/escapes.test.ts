import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formsOf } from '../../../src/transcripts/redact/forms.ts'
import { byteByByte, cut, inPieces, knowing } from './pieces.ts'

const ESC = '\u001b'
const SECRET = 'correct-horse/42+ü'

/** What a terminal shows of it, told by one expression: what the redactor finds out byte by byte. */
function shownText(bytes: Buffer): string {
  return bytes
    .toString('utf8')
    .replace(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
      /(?:\u001b\[|\u009b)[ -?]*[@-~]|(?:\u001b[PX\]^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\n\u0080-\u009f]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]/g,
      '',
    )
    .replace(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
      '',
    )
}

const CONTROLS: readonly (readonly [string, string])[] = [
  ['a colour', `${ESC}[31m`],
  ['a colour of many numbers', `${ESC}[38;2;1;2;3m`],
  ['the rest of the line cleared', `${ESC}[K`],
  ['a private mode', `${ESC}[?25l`],
  ['a title that ends with BEL', `${ESC}]0;node1: top\u0007`],
  ['a link that ends with ST', `${ESC}]8;;http://example.org/ü${ESC}\\`],
  ['a device control string', `${ESC}P1$r0m${ESC}\\`],
  ['a saved cursor', `${ESC}7`],
  ['a character set', `${ESC}(B`],
  ['what tput sgr0 prints', `${ESC}(B${ESC}[m`],
  ['a C1 colour', '\u009b31m'],
  ['a C1 title that ends with C1', '\u009d0;title\u009c'],
  ['a C1 index', '\u0084'],
  ['a carriage return', '\r'],
  ['a backspace', '\b'],
  ['NUL', '\u0000'],
  ['DEL', '\u007f'],
  ['a zero-width space', '\u200b'],
  ['a text direction', '\u202e\u2066'],
  ['a soft start', '\ufeff'],
  ['an Arabic letter mark', '\u061c'],
  ['an escape that never became one', `${ESC}${ESC}[0m`],
  ['a title that is not ended in its line', `${ESC}]`],
]

describe('a value that is interrupted', () => {
  test.each(CONTROLS)('by %s is masked wherever that stands, however the bytes come', (_, control) => {
    const redactor = knowing(SECRET)
    const cells = [...SECRET]
    const leaks: string[] = []
    for (let at = 1; at < cells.length; at++) {
      const text = `now ${cells.slice(0, at).join('')}${control}${cells.slice(at).join('')}\nthen`
      const bytes = Buffer.from(text)
      const masked = redactor.mask(bytes)
      expect(masked).toHaveLength(bytes.length)
      expect(byteByByte(redactor, bytes).equals(masked)).toBe(true)
      if (!/^now \[redacted:s0\]\*+\nthen$/.test(masked.toString())) leaks.push(JSON.stringify(masked.toString()))
    }
    expect(leaks).toEqual([])
  })

  test('between all of its characters, as by a tool that colours each of them', () => {
    const text = [...SECRET].map(char => `${ESC}[1;3${char.charCodeAt(0) % 8}m${char}${ESC}[0m`).join('')
    const masked = knowing(SECRET).text(`<${text}>`)
    expect(shownText(Buffer.from(masked))).toMatch(/^<\[redacted:s0\]\*+>$/)
    expect(masked).toHaveLength(Buffer.byteLength(text) + 2)
  })

  test('keeps the colours around it', () => {
    expect(knowing('secret-value-of-some-length').text(`${ESC}[31msecret-value-of-some-length${ESC}[0m.`)).toBe(
      `${ESC}[31m[redacted:s0]**************${ESC}[0m.`,
    )
  })

  test('is masked in the files of systems that end lines with CR LF, and where it came from one', () => {
    expect(knowing('first line\nsecond line').text('first line\r\nsecond line')).toBe('[redacted:s0]**********')
    expect(knowing('first line\r\nsecond line').text('first line\nsecond line')).toBe('[redacted:s0]*********')
    expect(knowing('first line\r\nsecond line').text('first line\r\nsecond line')).toBe('[redacted:s0]**********')
  })

  test('is masked where it stands whole in a title, in a link, or in something never ended', () => {
    const redactor = knowing(SECRET)
    for (const around of [`${ESC}]0;|\u0007`, `${ESC}]8;;http://|${ESC}\\`, `${ESC}]0;|`, `${ESC}P|\nx`, `${ESC}[3|`]) {
      expect(redactor.text(around.replace('|', SECRET))).not.toContain('horse')
    }
  })

  test('is masked behind a title that is cut off by another escape', () => {
    const masked = knowing(SECRET).text(`${ESC}]0;correct-${ESC}[31mhorse/42+ü`)
    expect(masked).not.toContain('horse')
    expect(masked).not.toContain('correct')
  })

  test('by bytes that are in it is masked, too', () => {
    const secret = Buffer.from([0x1b, 0x5b, 0xc2, 0x9b, 0x0d, 0xe2, 0x80, 0x8b, 0x1b])
    const redactor = knowing(secret)
    const bytes = Buffer.concat([Buffer.from('x'), secret, Buffer.from('y')])
    expect(redactor.mask(bytes).toString('latin1')).toBe('x*********y')
    expect(byteByByte(redactor, bytes).toString('latin1')).toBe('x*********y')
  })
})

describe('what is held back', () => {
  function heldAfter(text: string, more: readonly string[] = []): number {
    const stream = knowing(SECRET).stream()
    const parts = [text, ...more]
    const passed = parts.reduce((sum, part) => sum + stream.write(Buffer.from(part)).length, 0)
    return Buffer.byteLength(parts.join('')) - passed
  }

  test('is a match that was begun before a control, until it is clear', () => {
    const stream = knowing(SECRET).stream()
    expect(stream.write(Buffer.from(`a corr${ESC}[31`)).toString()).toBe('a ')
    expect(stream.write(Buffer.from('mect-h')).toString()).toBe('')
    expect(stream.write(Buffer.from('urry')).toString()).toBe(`corr${ESC}[31mect-hurry`)
  })

  test('is given back at the end', () => {
    const stream = knowing(SECRET).stream()
    const first = stream.write(Buffer.from(`a corr${ESC}]0;title`)).toString()
    expect(first + stream.flush().toString()).toBe(`a corr${ESC}]0;title`)
  })

  test('is never more than a few thousand bytes of a title that nobody ends', () => {
    expect(heldAfter(`${ESC}]0;`, Array<string>(300).fill('z'.repeat(100)))).toBe(0)
    expect(heldAfter(`corr${ESC}]0;`, Array<string>(300).fill('z'.repeat(100)))).toBe(0)
    expect(heldAfter(`${ESC}[`, Array<string>(300).fill('1;'.repeat(50)))).toBe(0)
    expect(heldAfter(`${ESC}]0;`, ['z'.repeat(4000)])).toBeLessThan(5000)
  })

  test('is little when nothing but controls comes after the beginning of a value, which is masked then', () => {
    const redactor = knowing(SECRET)
    const filler = Array<string>(5000).fill(`${ESC}[0m${ESC}[31m`)
    const stream = redactor.stream()
    let given = 0
    let passed = 0
    const parts: Buffer[] = []
    for (const part of ['correct', ...filler, '-horse/42+ü!']) {
      given += Buffer.byteLength(part)
      parts.push(Buffer.from(stream.write(Buffer.from(part))))
      passed += parts.at(-1)?.length ?? 0
      expect(given - passed).toBeLessThan(17_000)
    }
    const masked = Buffer.concat([...parts, stream.flush()])
    expect(masked).toHaveLength(given)
    expect(masked.toString()).not.toMatch(/correct|horse/)
    expect(masked.toString().at(-1)).toBe('!')
    expect(redactor.mask(Buffer.from(['correct', ...filler, '-horse/42+ü!'].join(''))).equals(masked)).toBe(true)
  })
})

const control = fc.constantFrom(...CONTROLS.map(([, text]) => text))
const broken = fc.constantFrom(
  `${ESC}[`,
  `${ESC}]`,
  `${ESC}]0;`,
  `${ESC}P`,
  '\u009b',
  '\u009d',
  '\u0007',
  `${ESC}\\`,
  '\u009c',
  `${ESC}(`,
)
const torn = fc
  .constantFrom([0xc2], [0xe2], [0xe2, 0x80], [0xef, 0xbb], [0xd8], [0x9b], [0xc3])
  .map(bytes => Buffer.from(bytes))
const word = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', '+', '\n'), maxLength: 6 })
const sizes = fc.array(fc.nat({ max: 9 }), { maxLength: 60 })
const secret = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', '+', '/'), minLength: 4, maxLength: 8 })

/** A value in one of its shapes, interrupted by whole controls. */
const interrupted = (values: readonly string[]) =>
  fc
    .tuple(
      fc.constantFrom(...values.flatMap(value => formsOf(Buffer.from(value)))),
      fc.array(fc.tuple(fc.nat(), control), { maxLength: 4 }),
    )
    .map(([form, controls]) => {
      const cells = [...form.toString('utf8')]
      for (const [at, text] of controls) cells.splice(at % (cells.length + 1), 0, text)
      return Buffer.from(cells.join(''))
    })
const stream = (values: readonly string[], withBroken: boolean) =>
  fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: interrupted(values) },
        { weight: 3, arbitrary: word.map(text => Buffer.from(text)) },
        { weight: 1, arbitrary: control.map(text => Buffer.from(text)) },
        ...(withBroken
          ? [
              {
                weight: 2,
                arbitrary: fc.oneof(
                  broken.map(text => Buffer.from(text)),
                  torn,
                ),
              },
            ]
          : []),
      ),
      { maxLength: 14 },
    )
    .map(parts => Buffer.concat(parts))
const cases = (withBroken: boolean) =>
  fc
    .array(secret, { minLength: 1, maxLength: 3 })
    .chain(values => fc.tuple(fc.constant(values), stream(values, withBroken), sizes))

describe('whatever interrupts whatever', () => {
  test('the result does not depend on the pieces, has the same length, and is not changed by masking it again', () => {
    fc.assert(
      fc.property(cases(true), ([values, bytes, cuts]) => {
        const redactor = knowing(...values)
        const whole = redactor.mask(bytes)
        expect(inPieces(redactor, cut(bytes, cuts)).toString('hex')).toBe(whole.toString('hex'))
        expect(byteByByte(redactor, bytes).toString('hex')).toBe(whole.toString('hex'))
        expect(whole).toHaveLength(bytes.length)
        expect(redactor.mask(whole).toString('hex')).toBe(whole.toString('hex'))
      }),
      { numRuns: 500 },
    )
  })

  test('no value is left, in none of its shapes: neither in the bytes nor in what is shown of them', () => {
    fc.assert(
      fc.property(cases(true), ([values, bytes]) => {
        const masked = knowing(...values).mask(bytes)
        const shown = Buffer.from(shownText(masked))
        for (const form of values.flatMap(value => formsOf(Buffer.from(value)))) {
          expect(masked.indexOf(form)).toBe(-1)
          expect(shown.indexOf(form)).toBe(-1)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('nothing is masked where neither the bytes nor what is shown of them holds a value', () => {
    const plain = fc.array(fc.oneof(word, control, broken), { maxLength: 20 }).map(parts => parts.join(''))
    fc.assert(
      fc.property(plain, sizes, (text, cuts) => {
        const bytes = Buffer.from(text)
        expect(inPieces(knowing('never-to-be-seen', 'aXXXX', 'bb+XX'), cut(bytes, cuts)).toString()).toBe(text)
      }),
      { numRuns: 500 },
    )
  })
})
