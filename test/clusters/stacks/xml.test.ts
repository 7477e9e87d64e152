import fc from 'fast-check'
import { XMLBuilder } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { attribute, childOf, childrenOf, descendantsOf, readXml } from '../../../src/clusters/stacks/xml.ts'

function read(text: string) {
  return readXml(text, ['a'], 'the answer')
}

function refusal(text: string): string {
  const result = read(text)
  return result.ok ? 'accepted' : (result.problems[0]?.code ?? '')
}

describe('what is refused', () => {
  it.each([
    ['', 'answer-empty'],
    ['  \n', 'answer-empty'],
    ['not xml', 'answer-not-understood'],
    ['<b></b>', 'answer-not-understood'],
    ['<a>', 'answer-cut-off'],
    ['<a/>', 'answer-cut-off'],
    ['<a><b></a>', 'answer-not-understood'],
    ['<a></a><a></a>', 'answer-not-understood'],
    ['<a x="1" x="2"></a>', 'answer-not-understood'],
    ['<a x=1></a>', 'answer-not-understood'],
    ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'answer-not-understood'],
    ['<a><!DOCTYPE a></a>', 'answer-not-understood'],
  ])('%j is %s', (text, code) => {
    expect(refusal(text)).toBe(code)
  })

  it('elements nested without end are refused and do not exhaust the stack', () => {
    expect(refusal(`<a>${'<b>'.repeat(5000)}${'</b>'.repeat(5000)}</a>`)).toBe('answer-not-understood')
  })
})

describe('what is read', () => {
  it('a declaration, comments and white space around the root do not matter', () => {
    expect(read('<?xml version="1.0"?>\n<a x="1"><!-- no --></a>\n').ok).toBe(true)
  })

  it('values stay text', () => {
    const result = read('<a id="007" big="1e3" yes="true" none=""><b> 010 </b></a>')
    const root = result.ok ? result.value : undefined
    expect(['id', 'big', 'yes', 'none', 'absent'].map(name => attribute(root, name))).toEqual([
      '007',
      '1e3',
      'true',
      '',
      '',
    ])
    expect(childOf(root, 'b')?.text).toBe(' 010 ')
  })

  it('entities are decoded once, and unknown ones are left alone', () => {
    const result = read('<a x="&amp;lt; &#65;&#x41; &quot;&apos;&lt;&gt; &nbsp; &#x110000;"></a>')
    expect(attribute(result.ok ? result.value : undefined, 'x')).toBe('&lt; AA "\'<> &nbsp; &#x110000;')
  })

  it('one child and several are the same kind of list, at any depth and in order', () => {
    const result = read('<a><b n="1"/><c><b n="2"/></c><b n="3"/></a>')
    const root = result.ok ? result.value : undefined
    expect(childrenOf(root, 'b').map(each => attribute(each, 'n'))).toEqual(['1', '3'])
    expect(descendantsOf(root, 'b').map(each => attribute(each, 'n'))).toEqual(['1', '2', '3'])
  })

  it('any attribute that is written comes back as it was', () => {
    const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '', preserveOrder: true })
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), value => {
        // XML itself cannot carry control characters, and folds line ends.
        fc.pre(!/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(value))
        const text = builder.build([{ a: [{ '#text': '' }], ':@': { x: value } }])
        const result = read(text)
        expect(attribute(result.ok ? result.value : undefined, 'x')).toBe(value)
      }),
      { numRuns: 300 },
    )
  })
})
