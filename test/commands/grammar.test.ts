import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCommand } from '../../src/commands/grammar.ts'
import type { Problem } from '../../src/problem.ts'
import { libraryWith } from '../support/bench-parts.ts'
import { pvfsCluster } from '../support/statuses.ts'

const inventory = {
  pvfs: pvfsCluster('pvfs', { groups: { server0: {}, server2: {} } }),
  gfs: pvfsCluster('gfs', {
    groups: { web: {}, server0: {} },
    nodes: { alpha: { name: 'alpha', address: '192.0.2.1', port: 22 } },
  }),
}
const vocabulary = { library: await libraryWith(), inventory }

function understood(text: string, ofChannel?: string) {
  const command = parseCommand(text, vocabulary, ofChannel)
  if (!command.ok) throw new Error(command.problems.map(problem => problem.message).join('\n'))
  return command.value.kind === 'request' ? command.value.request : command.value
}

function problem(text: string, ofChannel?: string): Problem | undefined {
  const command = parseCommand(text, vocabulary, ofChannel)
  return command.ok ? undefined : command.problems[0]
}

describe('a request', () => {
  test.each([
    ['failover server2', { runbook: 'failover', args: { group: 'server2' }, cluster: 'pvfs' }],
    ['failover server2 to node5', { args: { group: 'server2', node: 'node5' }, cluster: 'pvfs' }],
    ['failover web', { args: { group: 'web' }, cluster: 'gfs' }],
    ['standby alpha', { runbook: 'standby', args: { node: 'alpha' }, cluster: 'gfs' }],
    ['failover server0 on gfs', { args: { group: 'server0' }, cluster: 'gfs' }],
    ['verify cib on pvfs', { runbook: 'verify-cib', args: {}, cluster: 'pvfs' }],
  ])('%s', (text, request) => {
    expect(understood(text)).toMatchObject(request)
  })

  test('means the cluster of the channel unless it says another one', () => {
    expect(understood('failover server0', 'gfs')).toMatchObject({ cluster: 'gfs' })
    expect(understood('failover server0 on pvfs', 'gfs')).toMatchObject({ cluster: 'pvfs' })
  })

  test('takes an override with its reason, as phones write it too', () => {
    const overrides = [{ step: 'settled', reason: "it's the switch" }]
    expect(understood('failover server2 override settled because “it’s the switch” on pvfs')).toMatchObject({
      overrides,
    })
    expect(understood('failover server2 on pvfs override settled because "it\'s the switch"')).toMatchObject({
      overrides,
    })
  })

  test('keeps what was typed on one line', () => {
    expect(understood('failover\n\tserver2')).toMatchObject({ text: 'failover  server2', args: { group: 'server2' } })
  })
})

describe('what is not understood shows where, and what was probably meant', () => {
  test.each<[string, Partial<Problem>]>([
    ['failovr server2', { code: 'unknown-verb', suggestion: 'failover', excerpt: `/ha failovr server2\n    ^^^^^^^` }],
    ['aprove 42', { code: 'unknown-verb', suggestion: 'approve' }],
    [
      'failover server2 on pvsf',
      {
        code: 'unknown-cluster',
        suggestion: 'pvfs',
        excerpt: `/ha failover server2 on pvsf\n                        ^^^^`,
      },
    ],
    ['failover server2 on constructor', { code: 'unknown-cluster' }],
    [
      'failover server0',
      {
        code: 'ambiguous-name',
        message: 'pvfs and gfs both have a "server0".',
        next: 'Say which one: /ha failover server0 on pvfs  or  /ha failover server0 on gfs',
      },
    ],
    ['verify cib', { code: 'which-cluster', next: 'Say which one: /ha verify cib on pvfs' }],
    [
      'failover server2 too node5',
      {
        code: 'command-form',
        excerpt: `/ha failover server2 too node5\n                     ^^^`,
        next: 'Write: /ha failover <group> [to <node>]',
      },
    ],
    ['failover', { code: 'command-form', message: 'Something is missing: <group>.' }],
    ['failover server2 override settled', { code: 'override-form' }],
    [
      'failover server2 override quorum because "why not"',
      { code: 'not-overridable', next: 'Steps that can be overridden: settled, sound, free.' },
    ],
    ['resme 42', { code: 'unknown-verb', suggestion: 'resume' }],
    ['take-over', { code: 'needs-run', excerpt: `/ha take-over\n    ^^^^^^^^^` }],
    ['take-over 42', { code: 'needs-reason', excerpt: `/ha take-over 42\n                 ^` }],
    ['mark-done 42 ""', { code: 'needs-reason', next: 'Write: /ha mark-done <run> "what you saw"' }],
    ['approve now', { code: 'needs-run', excerpt: `/ha approve now\n            ^^^` }],
  ])('%s', (text, expected) => {
    expect(problem(text)).toMatchObject(expected)
  })
})

describe('what a shell would take for more than a name', () => {
  test.each([
    'failover "server2; reboot"',
    'failover $(reboot)',
    'failover `reboot`',
    'failover "server2\nreboot"',
    'failover ../../etc/passwd',
    'failover --help',
    'failover server2&reboot',
    'failover server2 to "node5 | sh"',
  ])('%j is refused by its type, with a caret', text => {
    const found = problem(`${text}`, 'pvfs')
    expect(found?.code).toBe('bad-input')
    expect(found?.excerpt).toMatch(/\n *\^+$/)
    expect(found?.excerpt?.split('\n')).toHaveLength(2)
  })

  test('never becomes a request, whatever it is', () => {
    const nasty = fc.string({ unit: fc.constantFrom(...'ab;|&$`(){}<>*?!~#\\\n\u0000\u001b', '"', "'", ' ') })
    fc.assert(
      fc.property(nasty, text => {
        const command = parseCommand(`failover ${text}`, vocabulary, 'pvfs')
        if (!command.ok || command.value.kind !== 'request') return
        for (const word of Object.values(command.value.request.args)) expect(word).toMatch(/^[A-Za-z0-9][\w.-]*$/)
      }),
      { numRuns: 300 },
    )
  })
})

describe("ha-bot's own commands", () => {
  test.each([
    ['', { kind: 'help', topic: '' }],
    ['help failover', { kind: 'help', topic: 'failover' }],
    ['runs', { kind: 'runs' }],
    ['runs on pvfs', { kind: 'runs', cluster: 'pvfs' }],
    ['show #42', { kind: 'show', number: 42 }],
    ['approve 42', { kind: 'approve', number: 42, reason: '', confirm: '' }],
    ['approve 42 confirm=node2', { kind: 'approve', number: 42, reason: '', confirm: 'node2' }],
    ['deny 42 "not now"', { kind: 'deny', reason: 'not now' }],
    ['deny 42 too much going on tonight', { kind: 'deny', reason: 'too much going on tonight' }],
    ['stop 42 do not override that', { kind: 'stop', reason: 'do not override that' }],
    ['resume 42', { kind: 'resume', number: 42, reason: '' }],
    ['resume #42 “the switch is back”', { kind: 'resume', number: 42, reason: 'the switch is back' }],
    ['mark-done 42 server2 runs on node5', { kind: 'mark-done', reason: 'server2 runs on node5' }],
    ['mark-done 42 confirm=node2 is dark', { kind: 'mark-done', reason: 'confirm=node2 is dark', confirm: '' }],
    ['take-over 42 “node1 is gone”', { kind: 'take-over', number: 42, reason: 'node1 is gone' }],
  ])('%s', (text, command) => {
    expect(understood(text)).toMatchObject(command)
  })
})
