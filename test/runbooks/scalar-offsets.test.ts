import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isMap, isNode, parseDocument, Scalar, stringify } from 'yaml'
import { scalarOffsets } from '../../src/runbooks/scalar-offsets.ts'
import { isText } from '../../src/runbooks/yaml-nodes.ts'

function offsetsIn(text: string): { value: string; offsets: readonly number[] } {
  const root = parseDocument(text).contents
  const found = isMap(root) ? root.get('a', true) : undefined
  const node = isNode(found) ? found : undefined
  if (!isText(node)) throw new Error(`no text in ${text}`)
  return { value: node.value, offsets: scalarOffsets(text, node) }
}

function isRead(text: string, value: string): boolean {
  const document = parseDocument(text)
  return document.errors.length === 0 && isMap(document.contents) && document.get('a') === value
}

/** The characters of the text at the offsets of a piece of the value. */
function written(text: string, piece: string): string {
  const { value, offsets } = offsetsIn(text)
  const start = value.indexOf(piece)
  return text.slice(offsets[start], offsets[start + piece.length])
}

describe('where the characters of a YAML text were written', () => {
  it.each([
    ['plain', 'a: one two', 'two', 'two'],
    ['plain over two lines', 'a: one\n  two three', 'three', 'three'],
    ['single quotes', "a: 'it''s two'", 'two', 'two'],
    ['double quotes', 'a: "\\"x\\" \\u0041 two"', 'two', 'two'],
    ['double quotes with a continued line', 'a: "one \\\n   two"', 'two', 'two'],
    ['an escape of a character beyond 16 bits', 'a: "\\U0001F600 two"', 'two', 'two'],
    ['a literal block', 'a: |\n  one\n    two\n\n  three\n', 'three', 'three'],
    ['a literal block that begins with an empty line', 'a: |\n\n  one\n', 'one', 'one'],
    ['a literal block that begins indented', 'a: |2\n    one\n', 'one', 'one'],
    ['a folded block', 'a: >\n  one\n  two\n', 'two', 'two'],
    ['a block with Windows line ends', 'a: |\r\n  one\r\n  two\r\n', 'two', 'two'],
  ])('%s', (_, text, piece, expected) => {
    expect(written(text, piece)).toBe(expected)
  })

  it('holds for every printable character in every style', () => {
    const styles = [Scalar.PLAIN, Scalar.QUOTE_SINGLE, Scalar.BLOCK_LITERAL, Scalar.BLOCK_FOLDED] as const
    const words = fc.array(fc.stringMatching(/^[a-z😀'"#:]{1,8}$/u), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(words, fc.constantFrom(...styles), fc.constantFrom(' ', '\n', '\n\n  '), (made, style, glue) => {
        const scalar = new Scalar(made.join(glue))
        scalar.type = style
        const text = stringify({ a: scalar }, { lineWidth: 20, minContentWidth: 0 })
        // Some words cannot be written in some styles: the library then takes double quotes, or errs.
        fc.pre(!text.startsWith('a: "') && isRead(text, made.join(glue)))
        const { value, offsets } = offsetsIn(text)
        expect(offsets).toHaveLength(value.length + 1)
        for (const [index, char] of [...value].entries()) {
          const at = [...value].slice(0, index).join('').length
          if (char.trim() !== '') expect(text.slice(offsets[at], (offsets[at] ?? 0) + char.length)).toBe(char)
        }
      }),
    )
  })
})
