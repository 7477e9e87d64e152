import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitWords } from '../../src/commands/words.ts'
import { fillCommand, quoted } from '../../src/runbooks/fill-command.ts'

function texts(input: string): string[] {
  const split = splitWords(input)
  if (!split.ok) throw new Error(split.problems[0]?.message)
  return split.value.map(word => word.text)
}

describe('words', () => {
  test.each([
    ['  failover   server2 ', ['failover', 'server2']],
    ['because "DC election"', ['because', 'DC election']],
    ["because 'it is'", ['because', 'it is']],
    ['because “it’s late”', ['because', "it's late"]],
    ['because „so“', ['because', 'so']],
    ['node="node 1"', ['node=node 1']],
    [`"it's "'"done"'`, ['it\'s "done"']],
    ['""', ['']],
    ['failover\u00a0server2', ['failover', 'server2']],
    ['$(reboot) `reboot` ${x} a;b *', ['$(reboot)', '`reboot`', '${x}', 'a;b', '*']],
  ])('%j', (input, words) => {
    expect(texts(input)).toEqual(words)
  })

  test('a quote that is never closed is shown', () => {
    expect(splitWords('deny 42 "no')).toMatchObject({
      ok: false,
      problems: [{ code: 'open-quote', excerpt: `deny 42 "no\n        ^` }],
    })
  })

  test('stand where they were typed, and nothing of the input is lost but spaces and quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab"\' $`;\\“’') }), input => {
        const split = splitWords(input)
        if (!split.ok) return
        const rest = split.value.reduceRight((text, word) => text.slice(0, word.start) + text.slice(word.end), input)
        expect(rest.trim()).toBe('')
        for (const word of split.value) expect(word.end).toBeGreaterThan(word.start)
      }),
    )
  })

  test('any text that is quoted for a command is one word again, the same text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab"\' $`;\\\n') }), text => {
        expect(texts(`because ${quoted(text)} on pvfs`)).toEqual(['because', text, 'on', 'pvfs'])
      }),
    )
  })
})

describe('a command that is written out', () => {
  test.each([
    ['failover <group> [to <node>]', { group: 'server2', node: 'node5' }, 'failover server2 to node5'],
    ['failover <group> [to <node>]', { group: 'server2' }, 'failover server2'],
    ['note <text>', { text: 'two words' }, 'note "two words"'],
    ['verify cib', {}, 'verify cib'],
  ])('%s', (pattern, inputs, command) => {
    expect(fillCommand(pattern, inputs)).toBe(command)
  })
})
