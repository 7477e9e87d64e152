import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CommandPattern, parseCommandPattern } from '../../src/runbooks/command-grammar.ts'
import { areAmbiguous, matchCommand } from '../../src/runbooks/command-match.ts'
import { told } from './samples.ts'

function pattern(text: string): CommandPattern {
  const result = parseCommandPattern(text)
  if (!result.ok) throw new Error(told(result))
  return result.value
}

describe('the pattern of a command', () => {
  it('is taken apart', () => {
    expect(pattern('failover <group> [to <node>]')).toEqual({
      text: 'failover <group> [to <node>]',
      verb: 'failover',
      parts: [
        { kind: 'word', word: 'failover' },
        { kind: 'input', name: 'group', start: 9 },
        {
          kind: 'optional',
          parts: [
            { kind: 'word', word: 'to' },
            { kind: 'input', name: 'node', start: 21 },
          ],
        },
      ],
    })
  })

  it.each([
    ['<group> up', 'A command begins with a word of its own'],
    ['', 'A command begins with a word of its own'],
    ['failover <group', '< is not an input'],
    ['failover <Group>', '<Group> is not an input'],
    ['failover Group', '"Group" is not a word of a command'],
    ['failover [to', 'This bracket is not closed.'],
    ['failover to]', 'This bracket closes nothing.'],
    ['failover []', 'There is nothing in these brackets.'],
    ['a [b [c [d [e [f]]]]]', 'Brackets go 4 deep at most.'],
    [`a${' [b]'.repeat(9)}`, 'A command has 8 brackets at most.'],
    ['a'.repeat(300), 'A command is 200 characters at most.'],
  ])('%s: %s', (text, expected) => {
    expect(told(parseCommandPattern(text))).toContain(expected)
  })

  it('is read or refused, whatever it is', () => {
    const piece = fc.constantFrom('[', ']', '<', '>', '<a>', 'word', ' ', 'X', '😀')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), made => {
        const result = parseCommandPattern(made.join(''))
        expect(result.ok ? result.value.verb : result.problems[0]?.message).not.toBe('')
      }),
    )
  })
})

describe('words held against failover <group> [to <node>]', () => {
  const failover = pattern('failover <group> [to <node>]')

  it.each([
    ['failover server2', { group: 'server2' }],
    ['failover server2 to node5', { group: 'server2', node: 'node5' }],
    ['failover server2 node=node5', { group: 'server2', node: 'node5' }],
    ['failover node=node5 group=server2', { group: 'server2', node: 'node5' }],
    ['node= failover server2', { group: 'server2', node: '' }],
    ['failover a=b', { group: 'a=b' }],
  ])('%s', (words, args) => {
    expect(matchCommand(failover, words.split(' '))).toEqual({ kind: 'matched', args })
  })

  it.each([
    ['failover', 1, ['<group>']],
    ['failover server2 to', 3, ['<node>']],
    ['failover server2 at node5', 2, ['to', '']],
    ['failover server2 to node5 now', 4, ['']],
    ['failover node=node5 server2 now', 3, ['']],
    ['migrate server2', 0, ['failover']],
  ])('%s: fits for %i words, then wants %j', (words, at, expected) => {
    expect(matchCommand(failover, words.split(' '))).toEqual({ kind: 'stuck', at, expected })
  })

  it('takes any input of the runbook by name, also one that the pattern does not show', () => {
    expect(matchCommand(failover, ['failover', 'server2', 'count=3'], ['group', 'node', 'count'])).toEqual({
      kind: 'matched',
      args: { group: 'server2', count: '3' },
    })
  })

  it('gives up on a flood of words', () => {
    expect(matchCommand(failover, Array(1000).fill('x')).kind).toBe('stuck')
  })
})

describe('words held against brackets in brackets', () => {
  const deep = pattern('drain <node> [to <target> [within <limit>]] [quietly]')

  it.each([
    ['drain a', { node: 'a' }],
    ['drain a to b', { node: 'a', target: 'b' }],
    ['drain a to b within 5m quietly', { node: 'a', target: 'b', limit: '5m' }],
    ['drain a quietly', { node: 'a' }],
    ['drain a to b quietly limit=5m', { node: 'a', target: 'b', limit: '5m' }],
  ])('%s', (words, args) => {
    expect(matchCommand(deep, words.split(' '))).toEqual({ kind: 'matched', args })
  })

  it('loses nothing: what was put into the pattern comes out of it', () => {
    const word = fc.stringMatching(/^[a-z0-9;$"']{1,8}$/)
    fc.assert(
      fc.property(word, word, word, (node, target, limit) => {
        const words = ['drain', node, 'to', target, 'within', limit]
        expect(matchCommand(deep, words)).toEqual({ kind: 'matched', args: { node, target, limit } })
      }),
    )
  })
})

describe('two commands', () => {
  it.each([
    ['failover <group>', 'failover <group> [to <node>]', true],
    ['status <group>', 'status all', true],
    ['standby <node>', 'unstandby <node>', false],
    ['show nodes', 'show groups', false],
    ['show [all] nodes', 'show <what> nodes <how>', false],
    ['show [all] nodes', 'show <what> nodes', true],
  ])('%s and %s: ambiguous %s', (one, other, expected) => {
    expect(areAmbiguous(pattern(one), pattern(other))).toBe(expected)
  })
})
