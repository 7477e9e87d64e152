import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printable } from '../../src/transcripts/printable.ts'

const ESC = '\u001b'
const pieces = fc.oneof(
  fc.constantFrom(
    ...[
      ESC,
      `${ESC}[`,
      `${ESC}]`,
      `${ESC}P`,
      `${ESC}\\`,
      '\u0007',
      '31m',
      '[0m',
      '8;;http://x',
      '\r',
      '\n',
      '\t',
      '\b',
    ],
    ...['\u009b', '\u0085', '\u061c', '\u200e', '\u202e', '\u2066', '\u2028', '\ufeff', '\u0000', 'ü', '字', '🙂'],
  ),
  fc.string({ maxLength: 4 }),
)
const nasty = fc.array(pieces, { maxLength: 30 }).map(all => all.join(''))

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const UNWANTED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/

describe('printable text', () => {
  test('never holds an escape, a control character or one that reorders text', () => {
    fc.assert(
      fc.property(nasty, text => {
        expect(printable(text)).not.toMatch(UNWANTED)
      }),
      { numRuns: 1000 },
    )
  })

  test('stays as it is when it is made printable again', () => {
    fc.assert(
      fc.property(nasty, text => {
        expect(printable(printable(text))).toBe(printable(text))
      }),
      { numRuns: 1000 },
    )
  })

  test('is the text itself where nothing is wrong with it', () => {
    const plain = fc.string({ unit: fc.constantFrom(...'aZ0 \t\n~üé字·…→') })
    fc.assert(
      fc.property(plain, text => {
        expect(printable(text)).toBe(text)
      }),
    )
  })

  test.each([
    [`${ESC}[31mred${ESC}[0m`, 'red'],
    [`${ESC}]0;title\u0007text`, 'text'],
    [`${ESC}]8;;http://evil\u001b\\link${ESC}]8;;\u001b\\`, 'link'],
    [`${ESC}]52;c;never ended\nbut this line stays`, '52;c;never ended\nbut this line stays'],
    ['50 %\r100 %\r\ndone', '50 %\n100 %\ndone'],
    ['a\u202eb', 'a·b'],
    [`${ESC}${ESC}[0m[31m`, '·[31m'],
  ])('%j', (text, shown) => {
    expect(printable(text)).toBe(shown)
  })
})
